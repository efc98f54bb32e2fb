package dev.millrace.worker.consume;

import dev.millrace.contract.TriggerDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that touches the Kafka consumer, and how everybody else talks to it. Every event of the subscribed
 * topics is handed over to the {@link Execution} at least once, and exactly once as long as nobody dies; an offset is
 * committed only after everything up to it was said to be {@link #done}. Thread-safe.
 */
public final class EventConsumer implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final ConsumeSettings settings;
    private final Supplier<Map<String, TriggerDefinition>> subscriptions;
    private final Succession succession;
    private volatile @Nullable Running running;

    /**
     * @param subscriptions the topics this worker can run now, each with its trigger; asked on the consumer thread at
     *     the start and after {@link #subscriptionsChanged}
     * @param succession how it takes over from other workers, and they from it
     */
    public EventConsumer(
            ConsumeSettings settings, Supplier<Map<String, TriggerDefinition>> subscriptions, Succession succession) {
        this.settings = settings;
        this.subscriptions = subscriptions;
        this.succession = succession;
    }

    /** Joins the group and begins to hand over. Called once. */
    public synchronized void start(Execution execution) {
        if (running != null) {
            throw new IllegalStateException("an event consumer is started once");
        }
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings.options(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        Mailbox mailbox = new Mailbox(consumer::wakeup);
        ConsumerLoop loop =
                new ConsumerLoop(consumer, mailbox, execution, settings.limits(), subscriptions, succession);
        Thread thread = Thread.ofPlatform().name("event-consumer").unstarted(loop);
        running = new Running(mailbox, loop, thread);
        thread.start();
    }

    /**
     * The broker has the outcomes (or the next attempts) of these deliveries, so that their offsets may be committed.
     * Any thread, never blocks. Repeated or late (the lane has moved on) is harmless.
     */
    public void done(List<Delivery> deliveries) {
        post(new Command.Done(deliveries));
    }

    /** Permits came free, or a batch size changed, by something other than {@link #done}. Any thread, never blocks. */
    public void permitsChanged() {
        post(new Command.PermitsChanged());
    }

    /** The set of topics or a trigger's definition changed. Any thread; carried out within a fifth of a second. */
    public void subscriptionsChanged() {
        post(new Command.SubscriptionsChanged());
    }

    /**
     * Every lane at this moment; empty when the consumer is not running, or busy with a rebalance for longer than a
     * second. Of no use to the {@link Execution} while it is being called itself: empty as well.
     */
    public List<LaneSnapshot> snapshot() {
        Running now = running;
        if (now == null || !now.thread.isAlive() || Thread.currentThread().equals(now.thread)) {
            return List.of();
        }
        CompletableFuture<List<LaneSnapshot>> answer = new CompletableFuture<>();
        now.mailbox.post(new Command.Look(answer));
        return await(answer, Duration.ofSeconds(1)).orElse(List.of());
    }

    /** What keeps the consumer from its work at the moment: the broker cannot be reached, or the thread has died. */
    public Optional<String> trouble() {
        Running now = running;
        return now == null ? Optional.of("not started") : now.loop.trouble();
    }

    /**
     * Takes nothing more, waits for what is in flight, commits and leaves the group, so that others take over at once.
     * Blocks at most a little longer than {@code limit}, or than a shorter one that is asked for meanwhile.
     *
     * @return what was in flight and not done by then; others will run it again
     */
    public List<Delivery> drain(Duration limit) {
        return leave(limit, true);
    }

    /** {@link #drain} without waiting for anything. */
    @Override
    public void close() {
        leave(Duration.ZERO, true);
    }

    /** Leaves without a commit: what the others see of a worker that was killed, only sooner. For tests. */
    void abandon() {
        leave(Duration.ZERO, false);
    }

    private List<Delivery> leave(Duration limit, boolean commits) {
        Running now = running;
        if (now == null || !now.thread.isAlive()) {
            return List.of();
        }
        CompletableFuture<List<Delivery>> unfinished = new CompletableFuture<>();
        now.mailbox.post(new Command.Leave(limit, commits, unfinished));
        return await(unfinished, limit.plus(GRACE)).orElse(List.of());
    }

    private void post(Command command) {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("the event consumer is not started");
        }
        now.mailbox.post(command);
    }

    private static <T> Optional<T> await(CompletableFuture<T> answer, Duration limit) {
        try {
            return Optional.of(answer.get(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        }
    }

    private record Running(Mailbox mailbox, ConsumerLoop loop, Thread thread) {}
}
