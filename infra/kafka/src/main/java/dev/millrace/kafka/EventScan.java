package dev.millrace.kafka;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.contract.MalformedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Goes through whole topics of events, for the books. Thread-safe; each scan opens a consumer of its own. */
public final class EventScan {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaSettings settings;

    public EventScan(KafkaSettings settings) {
        this.settings = settings;
    }

    /** Told of one record. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * A record.
         *
         * @param timestamp when it was stored, in epoch milliseconds
         * @param origin where the event was first stored when this record is a later copy of it; else {@code null}
         */
        void visit(TopicPartition partition, long offset, long timestamp, @Nullable EventAddress origin);
    }

    /**
     * Visits what is kept of these partitions from these offsets on, up to these ends.
     *
     * @param from where each partition begins to be read; a partition that is missing is not read
     * @throws KafkaUnavailableException when Kafka does not hand them out
     */
    public void visit(Map<TopicPartition, Long> from, Map<TopicPartition, Long> ends, Visitor visitor) {
        Map<TopicPartition, Long> open = new HashMap<>(ends);
        open.entrySet().removeIf(end -> from.getOrDefault(end.getKey(), Long.MAX_VALUE) >= end.getValue());
        if (open.isEmpty()) {
            return;
        }
        Map<String, Object> options = settings.consumer("event-scan");
        options.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5000);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(options)) {
            consumer.assign(open.keySet());
            open.keySet().forEach(partition -> consumer.seek(partition, from.getOrDefault(partition, 0L)));
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!forgetDone(consumer, open)) {
                for (ConsumerRecord<byte[], byte[]> event : consumer.poll(POLL)) {
                    deadline = System.nanoTime() + PATIENCE.toNanos();
                    TopicPartition where = new TopicPartition(event.topic(), event.partition());
                    if (event.offset() < ends.getOrDefault(where, 0L)) {
                        visitor.visit(where, event.offset(), event.timestamp(), origin(event));
                    }
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new KafkaUnavailableException("Kafka did not hand out the events of " + open.keySet(), null);
                }
            }
        } catch (KafkaException e) {
            throw new KafkaUnavailableException("Kafka did not hand out the events of " + ends.keySet(), e);
        }
    }

    private static boolean forgetDone(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> open) {
        if (open.entrySet().removeIf(each -> consumer.position(each.getKey()) >= each.getValue())) {
            consumer.assign(open.keySet());
        }
        return open.isEmpty();
    }

    private static @Nullable EventAddress origin(ConsumerRecord<byte[], byte[]> event) {
        Header header = event.headers().lastHeader(EventHeader.KEY);
        try {
            return header == null || header.value() == null
                    ? null
                    : EventHeaderCodec.decode(header.value()).origin();
        } catch (MalformedException e) {
            return null; // It counts as accepted where it lies, and ends as DEAD.
        }
    }
}
