package dev.millrace.kafka;

import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.contract.TriggerDefinition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Tells others of the ends of invocations: functions by their queues, strangers by their topics. Thread-safe. */
public final class DestinationWriter implements AutoCloseable {

    private static final Duration CLOSING = Duration.ofSeconds(10);

    private final KafkaSettings settings;
    private final RenewedProducer producer;

    /** @param delivery how long the client tries to hand a record over before it is told as failed */
    public DestinationWriter(KafkaSettings settings, Duration delivery) {
        this.settings = settings;
        Map<String, Object> options = settings.producer("destinations");
        int millis = Math.toIntExact(delivery.toMillis());
        options.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
        options.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(millis, 30_000));
        options.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.min(millis, 5_000));
        producer = new RenewedProducer(options);
    }

    /**
     * Puts an event into a trigger's queue. Blocks, for a few seconds at most, while the topic is not known yet or the
     * send buffer is full.
     *
     * @param spread the same number leads to the same partition
     */
    public void pass(TriggerDefinition target, long spread, EventHeader header, byte[] event, Stored stored) {
        int partition = (int) Math.floorMod(spread, (long) target.partitions());
        List<Header> headers = List.of(new RecordHeader(EventHeader.KEY, EventHeaderCodec.encode(header)));
        producer.send(
                new ProducerRecord<>(settings.topics().trigger(target.number()), partition, null, null, event, headers),
                stored);
    }

    /** Puts a record into somebody else's topic, which must exist. Blocks like {@link #pass}. */
    public void export(String topic, String key, byte[] event, Stored stored) {
        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), event), stored);
    }

    /** Whether trying again cannot help. */
    public static boolean isFinal(Exception why) {
        return why instanceof RecordTooLargeException
                || why instanceof AuthorizationException
                || why instanceof InvalidTopicException;
    }

    @Override
    public void close() {
        producer.close(CLOSING);
    }
}
