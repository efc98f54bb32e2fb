package dev.millrace.kafka;

import dev.millrace.contract.CallHeader;
import dev.millrace.contract.CallHeaderCodec;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.TriggerDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Sends synchronous calls to the workers that are to run them, each into its worker's partition of the requests topic.
 * Nothing is held back to fill a batch. Idempotent, because a request that a producer repeats is run twice. Thread-safe,
 * also for virtual threads.
 */
public final class CallWriter implements AutoCloseable {

    /** Within this time it is known whether a call was stored. */
    public static final Duration BOUND = Duration.ofMillis(4500);

    private final String topic;
    private final RenewedProducer producer;

    public CallWriter(KafkaSettings settings) {
        topic = settings.topics().requests();
        Map<String, Object> options = settings.producer("call-writer");
        int delivery = Math.toIntExact(BOUND.toMillis() * 6 / 10);
        options.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        options.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        options.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, RenewedProducer.NEVER_FORGETS);
        options.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.toIntExact(BOUND.toMillis() / 4));
        options.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
        options.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, delivery);
        producer = new RenewedProducer(options);
    }

    /**
     * Learns where the partitions are, so that the first call does not wait for that. Blocks for a moment; when Kafka does not
     * answer, the first call asks again.
     */
    public void prepare() {
        producer.learn(topic);
    }

    /**
     * Sends a call. The answer, where its event lies, comes after the broker has it, and so maybe after the reply; it
     * fails with {@link NotStoredException} or {@link StorageUnknownException}. Blocks, for a quarter of the bound at
     * most, while the partition is not known yet or the send buffer is full.
     *
     * @param trigger the trigger {@code api} of the function that is called
     * @param partition the worker's
     */
    public CompletableFuture<EventAddress> send(
            TriggerDefinition trigger, int partition, CallHeader header, byte[] event) {
        List<Header> headers = List.of(new RecordHeader(CallHeader.KEY, CallHeaderCodec.encode(header)));
        CompletableFuture<EventAddress> answer = new CompletableFuture<>();
        Publication publication = new Publication(
                trigger,
                topic,
                (stored, offset) -> EventAddress.ofCall(trigger.number(), stored, offset),
                producer,
                answer);
        publication.send(new ProducerRecord<>(topic, partition, null, null, event, headers));
        return answer;
    }

    /** Waits for the answers that are outstanding, at most for the bound. */
    @Override
    public void close() {
        producer.close(BOUND);
    }
}
