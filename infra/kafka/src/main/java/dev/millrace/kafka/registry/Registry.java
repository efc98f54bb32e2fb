package dev.millrace.kafka.registry;

import dev.millrace.contract.MalformedException;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.KafkaUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration store as this process sees it: always in memory, a few milliseconds behind the topic. While Kafka
 * cannot be reached it keeps showing what it knows. Thread-safe.
 */
public final class Registry implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long CLOSE_MILLIS = 5_000;

    private final TopicPartition partition;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread reader;
    private final ListenerThread listeners = new ListenerThread();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile RegistryView view = RegistryView.EMPTY;
    private volatile boolean closed;

    private Registry(KafkaSettings settings) {
        this.partition = new TopicPartition(settings.topics().registry(), 0);
        Map<String, Object> options = settings.consumer("registry");
        options.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        this.consumer = new KafkaConsumer<>(options);
        this.reader = Thread.ofPlatform().daemon().name("registry-reader").unstarted(this::read);
    }

    /**
     * Starts reading and returns when everything that was there has been read.
     *
     * @throws KafkaUnavailableException when that has not happened after {@code patience}
     */
    public static Registry start(KafkaSettings settings, Duration patience) {
        Registry registry = new Registry(settings);
        boolean complete = false;
        try {
            long end = registry.begin(patience);
            registry.reader.start();
            complete = registry.await(end, patience);
        } catch (KafkaException e) {
            throw new KafkaUnavailableException("Kafka did not hand out the registry: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaUnavailableException("interrupted while reading the registry", e);
        } finally {
            if (!complete) {
                registry.close();
            }
        }
        if (!complete) {
            throw new KafkaUnavailableException(
                    "the registry was not read within " + patience.toSeconds() + " s", null);
        }
        return registry;
    }

    /** The present state. Cheap. */
    public RegistryView view() {
        return view;
    }

    /** Adds a listener; its first call comes at once. */
    public void listen(RegistryListener listener) {
        listeners.add(listener, view);
    }

    /** Waits until the view is at least at this revision; {@code false} when it was not in time. */
    public boolean await(long revision, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (view.revision() < revision) {
                if (left <= 0 || closed) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        listeners.close();
        if (reader.isAlive()) {
            consumer.wakeup();
            try {
                reader.join(CLOSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        } else {
            consumer.close();
        }
    }

    private long begin(Duration patience) {
        List<TopicPartition> all = List.of(partition);
        consumer.assign(all);
        consumer.seekToBeginning(all);
        Long end = consumer.endOffsets(all, patience).get(partition);
        return end == null ? 0 : end;
    }

    private void read() {
        boolean silent = false;
        while (!closed) {
            try {
                List<RegistryChange> changes = new ArrayList<>();
                for (ConsumerRecord<byte[], byte[]> next : consumer.poll(POLL)) {
                    add(next, changes);
                }
                show(changes, consumer.position(partition));
                silent = false;
            } catch (WakeupException e) {
                LOG.debug("The reader of the registry was woken to close");
            } catch (KafkaException e) {
                if (!silent) {
                    LOG.warn("The registry cannot be read and is kept as it is; trying on: {}", e.toString());
                    silent = true;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        consumer.close();
    }

    private static void add(ConsumerRecord<byte[], byte[]> next, List<RegistryChange> changes) {
        try {
            changes.add(RegistryCodec.read(next.key(), next.value()));
        } catch (MalformedException e) {
            String key = next.key() == null ? "none" : new String(next.key(), StandardCharsets.UTF_8);
            LOG.warn(
                    "A record of the registry is passed over: key {}, offset {}: {}",
                    key,
                    next.offset(),
                    e.getMessage());
        }
    }

    private void show(List<RegistryChange> changes, long position) {
        RegistryView before = view;
        if (position == before.revision() && changes.isEmpty()) {
            return;
        }
        RegistryView now = before.with(changes, position);
        lock.lock();
        try {
            view = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (!changes.isEmpty()) {
            listeners.tell(now);
        }
    }
}
