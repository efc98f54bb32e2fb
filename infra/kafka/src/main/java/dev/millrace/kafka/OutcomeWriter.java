package dev.millrace.kafka;

import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.Topics;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Appends packs to the outcome log. Within a lane they arrive in the order of {@link #append}. Thread-safe.
 */
public final class OutcomeWriter implements AutoCloseable {

    private static final Duration CLOSING = Duration.ofSeconds(10);
    private static final int DELIVERY_MILLIS = 120_000;

    private final String topic;
    private final RenewedProducer producer;

    public OutcomeWriter(KafkaSettings settings) {
        topic = settings.topics().outcomes();
        Map<String, Object> options = settings.producer("outcome-writer");
        options.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        producer = new RenewedProducer(options);
    }

    /**
     * Appends a pack to the partition that its lane's outcomes lie in. The client tries for the delivery timeout (two
     * minutes), then {@code stored} is told. Blocks only while the send buffer is full.
     */
    public void append(OutcomeHeading heading, byte[] pack, Stored stored) {
        int partition = Topics.outcomePartition(heading.trigger(), heading.partition());
        producer.send(new ProducerRecord<>(topic, partition, null, null, pack), stored);
    }

    /** Returns when the fate of every pack appended so far is known. */
    public void flush() {
        producer.line().producer().flush();
    }

    /** Waits up to ten seconds for packs under way; those that remain are told as failed. */
    @Override
    public void close() {
        producer.close(CLOSING);
    }
}
