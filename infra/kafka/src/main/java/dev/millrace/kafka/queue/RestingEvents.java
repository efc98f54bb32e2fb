package dev.millrace.kafka.queue;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.OffsetMap;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.KafkaUnavailableException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Whose the events in delay topics are. All triggers share those topics, so that has to be read; what was read is
 * remembered, twelve bytes an event, until it is done. Reads nothing unless it is asked. Thread-safe; one asks at a time.
 */
final class RestingEvents implements AutoCloseable {

    private static final Duration LAST_WORD = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<TopicPartition, Owners> known = new HashMap<>();
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;

    /**
     * Those of one trigger.
     *
     * @param since epoch milliseconds at which the oldest of them was accepted
     */
    record Count(long events, long since) {

        static final Count NONE = new Count(0, 0);

        private Count with(long acceptedAt) {
            return new Count(events + 1, events == 0 ? acceptedAt : Math.min(since, acceptedAt));
        }
    }

    RestingEvents(KafkaSettings settings) {
        this.settings = settings;
    }

    /**
     * How many rest of each trigger that has any.
     *
     * @param progress of every partition where something rests
     * @param ends up to where it counts
     * @return empty when not everything was read in time
     */
    Optional<Map<Integer, Count>> count(
            Map<TopicPartition, OffsetMap> progress, Map<TopicPartition, Long> ends, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        if (!locked(patience)) {
            return Optional.empty();
        }
        try {
            known.keySet().retainAll(progress.keySet());
            progress.forEach((partition, done) -> ownersOf(partition).dropBefore(done.committed()));
            if (!readUpTo(ends, deadline)) {
                return Optional.empty();
            }
            Map<Integer, Count> counts = new HashMap<>();
            progress.forEach((partition, done) -> ownersOf(partition).count(done, endOf(ends, partition), counts));
            return Optional.of(counts);
        } catch (KafkaException e) {
            throw new KafkaUnavailableException("Kafka does not hand out what rests in delay topics", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (consumer != null) {
                consumer.close(CloseOptions.timeout(LAST_WORD));
                consumer = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean locked(Duration patience) {
        try {
            return lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean readUpTo(Map<TopicPartition, Long> ends, long deadline) {
        Map<TopicPartition, Long> unread = new HashMap<>(ends);
        unread.entrySet().removeIf(end -> ownersOf(end.getKey()).next() >= end.getValue());
        if (unread.isEmpty()) {
            return true;
        }
        KafkaConsumer<byte[], byte[]> reader = reader();
        reader.assign(unread.keySet());
        unread.keySet()
                .forEach(partition -> reader.seek(partition, ownersOf(partition).next()));
        while (!unread.isEmpty() && System.nanoTime() - deadline < 0) {
            for (ConsumerRecord<byte[], byte[]> event : reader.poll(POLL)) {
                ownersOf(new TopicPartition(event.topic(), event.partition())).add(event.offset(), header(event));
            }
            unread.entrySet().removeIf(end -> reader.position(end.getKey()) >= end.getValue());
        }
        reader.unsubscribe();
        return unread.isEmpty();
    }

    private KafkaConsumer<byte[], byte[]> reader() {
        if (consumer == null) {
            Map<String, Object> options = settings.consumer("resting-events");
            options.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
            consumer = new KafkaConsumer<>(options);
        }
        return consumer;
    }

    private Owners ownersOf(TopicPartition partition) {
        return known.computeIfAbsent(partition, unread -> new Owners());
    }

    private static long endOf(Map<TopicPartition, Long> ends, TopicPartition partition) {
        return ends.getOrDefault(partition, 0L);
    }

    /** {@code null} for what says nothing, which is nobody's. */
    private static @Nullable EventHeader header(ConsumerRecord<byte[], byte[]> event) {
        Header header = event.headers().lastHeader(EventHeader.KEY);
        try {
            return header == null || header.value() == null ? null : EventHeaderCodec.decode(header.value());
        } catch (MalformedException e) {
            return null;
        }
    }

    /** The triggers of one partition's events, from an offset on, and when each event was accepted. */
    private static final class Owners {

        private long first;
        private int size;
        private int[] triggers = new int[64];
        private long[] acceptedAt = new long[64];

        /** The offset that is to be read next. */
        private long next() {
            return first + size;
        }

        private void add(long offset, @Nullable EventHeader header) {
            if (offset < next()) {
                return;
            }
            int index = Math.toIntExact(offset - first);
            if (index >= triggers.length) {
                int room = Math.max(index + 1, 2 * triggers.length);
                triggers = Arrays.copyOf(triggers, room);
                acceptedAt = Arrays.copyOf(acceptedAt, room);
            }
            Arrays.fill(triggers, size, index, 0); // Offsets that hold no event.
            EventAddress origin = header == null ? null : header.origin();
            triggers[index] = origin == null ? 0 : origin.trigger();
            acceptedAt[index] = header == null ? 0 : header.acceptedAt();
            size = index + 1;
        }

        private void dropBefore(long offset) {
            if (offset >= next()) {
                first = offset;
                size = 0;
                triggers = new int[64];
                acceptedAt = new long[64];
            } else if (offset - first > size / 2) {
                int dropped = Math.toIntExact(offset - first);
                triggers = Arrays.copyOfRange(triggers, dropped, size);
                acceptedAt = Arrays.copyOfRange(acceptedAt, dropped, size);
                first = offset;
                size -= dropped;
            }
        }

        private void count(OffsetMap done, long end, Map<Integer, Count> counts) {
            for (long offset = done.doneUntil(Math.max(first, done.committed()));
                    offset < Math.min(end, next());
                    offset = done.doneUntil(offset + 1)) {
                int index = Math.toIntExact(offset - first);
                if (triggers[index] != 0) {
                    counts.put(
                            triggers[index],
                            counts.getOrDefault(triggers[index], Count.NONE).with(acceptedAt[index]));
                }
            }
        }
    }
}
