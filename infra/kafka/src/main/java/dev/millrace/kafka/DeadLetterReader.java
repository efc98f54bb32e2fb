package dev.millrace.kafka;

import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the whole topic of dead letters from its beginning, and goes on as it grows. A record that is not a dead letter
 * is passed over with one warning. Belongs to one thread; only {@link #wakeup()} may be called from another. Methods that
 * ask Kafka throw {@link org.apache.kafka.common.KafkaException}.
 */
public final class DeadLetterReader implements AutoCloseable {

    /** How long a dead letter is kept unless somebody sees to it. */
    public static final Duration RETENTION = FixedTopic.DEAD_LETTER_RETENTION;

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterReader.class);

    private final List<TopicPartition> partitions;
    private final KafkaConsumer<byte[], byte[]> consumer;

    public DeadLetterReader(KafkaSettings settings) {
        String topic = settings.topics().dead();
        partitions = IntStream.range(0, Topics.DEAD_PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        Map<String, Object> options = settings.consumer("dead-letter-reader");
        options.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1_000);
        consumer = new KafkaConsumer<>(options);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** The next changes, in order for each invocation; empty when none came in time or on {@link #wakeup()}. */
    public List<DeadLetterChange> poll(Duration timeout) {
        List<DeadLetterChange> changes = new ArrayList<>();
        try {
            for (ConsumerRecord<byte[], byte[]> next : consumer.poll(timeout)) {
                add(next, changes);
            }
        } catch (WakeupException e) {
            // Somebody wants the thread back; nothing was read, nothing is lost.
            return List.of();
        }
        return changes;
    }

    /** Whether everything that the topic holds now has been read. */
    public boolean isAtEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        return partitions.stream()
                .allMatch(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
    }

    /** Ends a {@link #poll} under way, or the next one, at once. Any thread. */
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }

    private static void add(ConsumerRecord<byte[], byte[]> next, List<DeadLetterChange> changes) {
        try {
            changes.add(DeadLetterRecords.change(next));
        } catch (MalformedException e) {
            LOG.warn(
                    "A record among the dead letters is passed over: partition {}, offset {}: {}",
                    next.partition(),
                    next.offset(),
                    e.getMessage());
        }
    }
}
