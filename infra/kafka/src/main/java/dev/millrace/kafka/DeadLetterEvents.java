package dev.millrace.kafka;

import dev.millrace.contract.MalformedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads dead letters back with their events, by their places. Thread-safe; one reading at a time. */
public final class DeadLetterEvents implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterEvents.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(500);

    /** What lies further away is sought rather than read past. */
    private static final long NEAR = 1_000;

    private final String topic;
    private final ReentrantLock turn = new ReentrantLock();
    private final KafkaConsumer<byte[], byte[]> consumer;

    public DeadLetterEvents(KafkaSettings settings) {
        topic = settings.topics().dead();
        Map<String, Object> options = settings.consumer("dead-letter-events");
        options.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 100);
        options.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis()));
        consumer = new KafkaConsumer<>(options);
    }

    /**
     * The dead letters at these places, those at neighbouring places in one go; those that are not kept any more are
     * missing. The caller asks for no more than it can hold.
     *
     * @throws KafkaUnavailableException when Kafka does not answer
     */
    public List<StoredDeadLetter> read(Collection<DeadLetterPlace> places) {
        Map<Integer, SortedSet<Long>> wanted = new TreeMap<>();
        places.forEach(place -> wanted.computeIfAbsent(place.partition(), partition -> new TreeSet<>())
                .add(place.offset()));
        List<StoredDeadLetter> found = new ArrayList<>();
        turn.lock();
        try {
            wanted.forEach((partition, offsets) -> read(new TopicPartition(topic, partition), offsets, found));
        } catch (KafkaException e) {
            throw new KafkaUnavailableException("Kafka did not hand out dead letters: " + e.getMessage(), e);
        } finally {
            turn.unlock();
        }
        return found;
    }

    @Override
    public void close() {
        turn.lock();
        try {
            consumer.close();
        } finally {
            turn.unlock();
        }
    }

    private void read(TopicPartition partition, SortedSet<Long> wanted, List<StoredDeadLetter> found) {
        consumer.assign(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        consumer.seek(partition, wanted.getFirst());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!wanted.isEmpty() && consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> next : consumer.poll(POLL)) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
                wanted.removeIf(offset -> offset < next.offset()); // Retention or compaction took them.
                if (wanted.remove(next.offset())) {
                    add(next, found);
                }
            }
            if (System.nanoTime() - deadline > 0) {
                throw new KafkaUnavailableException("Kafka did not hand out the dead letters of " + partition, null);
            }
            if (!wanted.isEmpty() && wanted.getFirst() > consumer.position(partition) + NEAR) {
                consumer.seek(partition, wanted.getFirst());
            }
        }
    }

    private static void add(ConsumerRecord<byte[], byte[]> next, List<StoredDeadLetter> found) {
        if (next.value() == null) {
            return; // A retraction; the letter at this place is gone.
        }
        try {
            found.add(DeadLetterRecords.stored(next));
        } catch (MalformedException e) {
            LOG.warn("The dead letter at {}@{} cannot be read: {}", next.partition(), next.offset(), e.getMessage());
        }
    }
}
