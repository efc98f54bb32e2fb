package dev.millrace.worker.delay;

import dev.millrace.contract.Topics;
import dev.millrace.kafka.DelayWriter;
import dev.millrace.worker.consume.ConsumeSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the delay topics together with the other workers and brings every event back to its trigger's topic when it is
 * due: never earlier, by the clock of the worker that does it. Each is delivered at least once, and once as long as
 * nobody dies. The front of this package. Thread-safe.
 */
public final class DelayConsumer implements AutoCloseable {

    /** Bytes of events that a worker holds in memory unless said otherwise. */
    public static final long DEFAULT_ROOM = 64L << 20;

    private static final Duration STOPPING = Duration.ofSeconds(10);

    private final ConsumeSettings settings;
    private final DelayTopics topics;
    private final DelayWriter writer;
    private final InstantSource clock;
    private final long room;
    private @Nullable Running running;

    private record Running(DelayReader reader, Deliverer deliverer, Thread thread) {}

    /**
     * Reads nothing yet.
     *
     * @param settings how it joins the others, in a group of its own
     * @param writer where events are written that are due, or that have to rest on
     * @param room bytes of events held in memory; what does not fit rests in the topics
     */
    public DelayConsumer(ConsumeSettings settings, Topics topics, DelayWriter writer, InstantSource clock, long room) {
        this.settings = settings;
        this.topics = new DelayTopics(topics);
        this.writer = writer;
        this.clock = clock;
        this.room = room;
    }

    /**
     * Joins the group and begins to deliver. Called once.
     *
     * @param destinations what a trigger is now, by its number; asked for each event that is due
     * @param burial what is done with events of deleted triggers
     */
    public synchronized void start(IntFunction<Destination> destinations, Burial burial, MeterRegistry registry) {
        if (running != null) {
            throw new IllegalStateException("a delay consumer is started once");
        }
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(options(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        DelayMeters meters = new DelayMeters(registry);
        Backlink back = new Backlink();
        Deliverer deliverer = new Deliverer(writer, destinations, burial, clock, meters, back::delivered);
        DelayReader reader = new DelayReader(consumer, topics, deliverer, clock, meters, room);
        back.reader = reader;
        meters.held(deliverer, Deliverer::count);
        Thread thread = Thread.ofPlatform().name("delay-reader").unstarted(reader);
        running = new Running(reader, deliverer, thread);
        deliverer.start();
        thread.start();
    }

    /** How many events are in memory now. */
    public synchronized int held() {
        return running == null ? 0 : running.deliverer().count();
    }

    /** What keeps it from its work at the moment: the broker cannot be reached, or the thread has died. */
    public synchronized Optional<String> trouble() {
        return running == null
                ? Optional.of("not started")
                : Optional.ofNullable(running.reader().trouble());
    }

    /** Delivers nothing more, commits and leaves the group, so that others take over at once. */
    @Override
    public void close() {
        Running now;
        synchronized (this) {
            now = running;
        }
        if (now == null) {
            return;
        }
        now.reader().leave();
        try {
            now.thread().join(STOPPING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // In a hurry: the group notices by itself.
        }
    }

    /** A partition that is fetched again must not wait for the end of a fetch that began before. */
    private Map<String, Object> options() {
        Map<String, Object> options = new HashMap<>(settings.options());
        options.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 250);
        return options;
    }

    /** The way from the deliverer back to the reader, which is made after it. */
    private static final class Backlink {

        private volatile @Nullable DelayReader reader;

        void delivered(Resting event) {
            DelayReader present = reader;
            if (present != null) {
                present.delivered(event);
            }
        }
    }
}
