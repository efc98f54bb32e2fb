package dev.millrace.kafka;

import dev.millrace.contract.Correlation;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends replies to the dispatchers that wait for them. Nothing is held back to fill a batch. A reply that arrives twice is
 * dropped by its reader, and one that does not arrive at all is in the outcome log: so one copy is enough. Thread-safe, also
 * for virtual threads.
 */
public final class ReplyWriter implements AutoCloseable {

    private static final Duration CLOSING = Duration.ofSeconds(5);

    /** Nobody is held up by replies to a Kafka that is away. */
    private static final int BLOCK_MILLIS = 1_000;

    private static final int DELIVERY_MILLIS = 30_000;
    private static final int REQUEST_MILLIS = 10_000;

    private final String topic;
    private final RenewedProducer producer;

    public ReplyWriter(KafkaSettings settings) {
        topic = settings.topics().replies();
        Map<String, Object> options = settings.producer("reply-writer");
        options.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        options.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        options.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, RenewedProducer.NEVER_FORGETS);
        options.put(ProducerConfig.ACKS_CONFIG, "1");
        options.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        options.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MILLIS);
        options.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        options.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        producer = new RenewedProducer(options);
    }

    /**
     * Learns where the partitions are, so that the first reply does not wait for that. Blocks for a moment; when Kafka does not
     * answer, the first reply asks again.
     */
    public void prepare() {
        producer.learn(topic);
    }

    /**
     * Sends a reply.
     *
     * @param partition the dispatcher's
     * @param pack an {@code OutcomePack} of the one outcome with which the call ended
     */
    public void send(int partition, Correlation correlation, byte[] pack, Stored stored) {
        producer.send(new ProducerRecord<>(topic, partition, null, correlation.toBytes(), pack), stored);
    }

    /** Waits up to five seconds for replies under way. */
    @Override
    public void close() {
        producer.close(CLOSING);
    }
}
