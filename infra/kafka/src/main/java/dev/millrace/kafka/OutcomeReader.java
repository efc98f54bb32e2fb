package dev.millrace.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Reads the outcome log, either partitions of one's own choice or those that a consumer group assigns. A position that
 * retention has overtaken continues with the first record still kept. Belongs to one thread; only {@link #wakeup()} may
 * be called from another. Methods that ask Kafka throw {@link org.apache.kafka.common.KafkaException}.
 */
public final class OutcomeReader implements AutoCloseable {

    /** A record holds up to 64 outcomes. */
    private static final int RECORDS_AT_ONCE = 200;

    /** A program stops within seconds, also while Kafka is away; the group misses a member that does not say goodbye. */
    private static final Duration LAST_WORD = Duration.ofSeconds(2);

    /** No commit of this group is worth more: the next one says the same and more. */
    private static final Duration WITNESS = Duration.ofSeconds(1);

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;

    /** Told on the polling thread which partitions come and go. */
    public interface Assignment {
        /** These partitions are now read here. Answers where to begin; one without an answer begins at its commit. */
        Map<Integer, Long> assigned(Set<Integer> partitions);

        /** These are about to go to another member; what was read of them can still be committed. */
        void revoked(Set<Integer> partitions);

        /** These may be read by another member already. */
        void lost(Set<Integer> partitions);
    }

    private OutcomeReader(String topic, Map<String, Object> options) {
        this.topic = topic;
        options.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_AT_ONCE);
        options.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        this.consumer = new KafkaConsumer<>(options);
    }

    /** A reader of all partitions that the group assigns to it. */
    public static OutcomeReader inGroup(KafkaSettings settings, String group, Assignment assignment) {
        Map<String, Object> options = settings.consumer("recorder", group);
        options.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
        options.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_000);
        options.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        OutcomeReader reader = new OutcomeReader(settings.topics().outcomes(), options);
        reader.consumer.subscribe(List.of(reader.topic), reader.new Rebalance(assignment));
        return reader;
    }

    /**
     * A reader of these partitions from these offsets.
     *
     * @param name who reads; becomes part of the client ID
     */
    public static OutcomeReader of(KafkaSettings settings, String name, Map<Integer, Long> from) {
        OutcomeReader reader = new OutcomeReader(settings.topics().outcomes(), settings.consumer(name));
        reader.assign(from);
        return reader;
    }

    /** Reads these partitions from these offsets, and no others. Not for a member of a group. */
    public void assign(Map<Integer, Long> from) {
        consumer.assign(partitions(from.keySet()));
        from.forEach(this::seek);
    }

    /** The next records, in order within each partition; empty when none came in time or on {@link #wakeup()}. */
    public List<OutcomeRecord> poll(Duration timeout) {
        List<OutcomeRecord> outcomes = new ArrayList<>();
        try {
            for (ConsumerRecord<byte[], byte[]> next : consumer.poll(timeout)) {
                byte[] pack = next.value() == null ? new byte[0] : next.value();
                outcomes.add(new OutcomeRecord(next.partition(), next.offset(), pack));
            }
        } catch (WakeupException e) {
            // Somebody wants the thread back; nothing was read, nothing is lost.
            return List.of();
        }
        return outcomes;
    }

    /** Continues a partition at this offset. */
    public void seek(int partition, long offset) {
        consumer.seek(partition(partition), offset);
    }

    /** The offset that is read next. */
    public long position(int partition) {
        return consumer.position(partition(partition));
    }

    /** Reads nothing of these partitions until {@link #resume}. */
    public void pause(Collection<Integer> partitions) {
        consumer.pause(partitions(partitions));
    }

    /** Reads these partitions again. */
    public void resume(Collection<Integer> partitions) {
        consumer.resume(partitions(partitions));
    }

    /**
     * Commits for the group: everything before these offsets is done. Returns when the broker has it; gives up after a
     * second.
     */
    public void commit(Map<Integer, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
        offsets.forEach((partition, offset) -> commits.put(partition(partition), new OffsetAndMetadata(offset)));
        consumer.commitSync(commits, WITNESS);
    }

    /** The offset that follows the last record, of each of these partitions. */
    public Map<Integer, Long> endOffsets(Collection<Integer> partitions) {
        return byNumber(consumer.endOffsets(partitions(partitions)));
    }

    /** The offset of the first record still kept, of each of these partitions. */
    public Map<Integer, Long> beginningOffsets(Collection<Integer> partitions) {
        return byNumber(consumer.beginningOffsets(partitions(partitions)));
    }

    /** The offset of the first record stored at or after this time, in epoch milliseconds, or the end when there is none. */
    public long offsetSince(int partition, long time) {
        TopicPartition where = partition(partition);
        OffsetAndTimestamp first = consumer.offsetsForTimes(Map.of(where, time)).get(where);
        return first == null ? endOffsets(List.of(partition)).getOrDefault(partition, 0L) : first.offset();
    }

    /** Ends a {@link #poll} under way, or the next one, at once. Any thread. */
    public void wakeup() {
        consumer.wakeup();
    }

    /** Leaves the group, if in one, within two seconds. */
    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(LAST_WORD));
    }

    private TopicPartition partition(int number) {
        return new TopicPartition(topic, number);
    }

    private List<TopicPartition> partitions(Collection<Integer> numbers) {
        return numbers.stream().map(this::partition).toList();
    }

    private static Map<Integer, Long> byNumber(Map<TopicPartition, Long> offsets) {
        return offsets.entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().partition(), Map.Entry::getValue));
    }

    private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
    }

    /** Passes the group's decisions on in our words. Rounds in which nothing comes or goes are not told. */
    private final class Rebalance implements ConsumerRebalanceListener {

        private final Assignment assignment;

        Rebalance(Assignment assignment) {
            this.assignment = assignment;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (!partitions.isEmpty()) {
                assignment.assigned(numbers(partitions)).forEach(OutcomeReader.this::seek);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (!partitions.isEmpty()) {
                assignment.revoked(numbers(partitions));
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            if (!partitions.isEmpty()) {
                assignment.lost(numbers(partitions));
            }
        }
    }
}
