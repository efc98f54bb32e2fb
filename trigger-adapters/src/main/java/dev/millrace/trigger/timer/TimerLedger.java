package dev.millrace.trigger.timer;

import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Topics;
import dev.millrace.kafka.KafkaSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who fires which timers, and up to where. Owning a partition of the timers topic is owning its timers; the partition
 * holds the last tick of each, so that a new owner knows what was missed. Belongs to the timer adapter's one thread.
 */
final class TimerLedger implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TimerLedger.class);

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<Integer, Instant> lastTicks = new HashMap<>();

    /** Partitions owned whose records have not all been read, with the offset up to which to read. */
    private final Map<Integer, Long> unread = new HashMap<>();

    private final Set<Integer> owned = new HashSet<>();

    TimerLedger(KafkaSettings settings) {
        topic = settings.topics().timers();
        Map<String, Object> options = settings.consumer("timers", settings.adaptersGroup());
        options.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        options.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
        options.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 500);
        consumer = new KafkaConsumer<>(options);
        producer = new KafkaProducer<>(settings.producer("timers"));
        consumer.subscribe(Set.of(topic), new Ownership());
    }

    /** Takes part in the group and reads what the owners wrote, for up to {@code patience}. */
    void poll(Duration patience) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(patience)) {
            read(record);
        }
        unread.entrySet()
                .removeIf(partition -> consumer.position(partition(partition.getKey())) >= partition.getValue());
    }

    /** Whether the timer of this trigger is this process's to fire, and its last tick is known if there was one. */
    boolean owns(int trigger) {
        int partition = Topics.timerPartition(trigger);
        return owned.contains(partition) && !unread.containsKey(partition);
    }

    /** How many partitions this process owns. */
    int partitions() {
        return owned.size();
    }

    /** The latest tick of this trigger that was dealt with. */
    Optional<Instant> lastTick(int trigger) {
        return Optional.ofNullable(lastTicks.get(trigger));
    }

    /**
     * Notes that the ticks of a trigger up to this one are dealt with; returns when the broker has it.
     *
     * @throws ExecutionException when the broker does not take it; the tick may be fired again, under the same dedup key
     */
    void note(LastTick last) throws ExecutionException, InterruptedException {
        int partition = Topics.timerPartition(last.trigger());
        producer.send(new ProducerRecord<>(topic, partition, last.key(), last.value()))
                .get();
        lastTicks.merge(last.trigger(), last.tick(), TimerLedger::later);
    }

    /** Forgets a trigger that was deleted. Its record goes with the next compaction. */
    void forget(int trigger) throws ExecutionException, InterruptedException {
        lastTicks.remove(trigger);
        byte[] key = new LastTick(trigger, Instant.EPOCH).key();
        producer.send(new ProducerRecord<>(topic, Topics.timerPartition(trigger), key, (byte[]) null))
                .get();
    }

    /** Leaves the group at once, so that another process takes over without waiting for a time-out. */
    @Override
    public void close() {
        consumer.close();
        producer.close(Duration.ofSeconds(5));
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        byte[] value = record.value();
        if (key == null || value == null) {
            return;
        }
        try {
            LastTick last = LastTick.read(key, value);
            lastTicks.merge(last.trigger(), last.tick(), TimerLedger::later);
        } catch (MalformedException e) {
            log.warn(
                    "record {} of {}-{} is passed over: {}",
                    record.offset(),
                    topic,
                    record.partition(),
                    e.getMessage());
        }
    }

    private TopicPartition partition(int number) {
        return new TopicPartition(topic, number);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** Keeps {@link #owned} and {@link #unread}; called inside {@link #poll} only. */
    private final class Ownership implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            consumer.seekToBeginning(partitions);
            consumer.endOffsets(partitions).forEach((partition, end) -> unread.put(partition.partition(), end));
            partitions.forEach(partition -> owned.add(partition.partition()));
            if (!partitions.isEmpty()) {
                log.info("owns timers of {}", numbers(partitions));
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> {
                owned.remove(partition.partition());
                unread.remove(partition.partition());
                lastTicks.keySet().removeIf(trigger -> Topics.timerPartition(trigger) == partition.partition());
            });
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            log.warn("lost timers of {}: another process fires them now", numbers(partitions));
            onPartitionsRevoked(partitions);
        }

        private String numbers(Collection<TopicPartition> partitions) {
            return partitions.stream()
                    .map(partition -> Integer.toString(partition.partition()))
                    .sorted()
                    .collect(Collectors.joining(", ", "partitions ", ""));
        }
    }
}
