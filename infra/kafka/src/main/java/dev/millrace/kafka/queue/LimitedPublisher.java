package dev.millrace.kafka.queue;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.EventPublisher;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.NotStoredException;
import dev.millrace.kafka.StorageUnknownException;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.kafka.registry.Registry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Publishes events that are accepted now: none beyond its queue's limit or its function's rate, which throws a
 * {@link dev.millrace.kafka.ThrottledException}. What was accepted before, and is on its
 * way from one topic to another, has no need of it. Thread-safe, also for virtual threads.
 */
public final class LimitedPublisher implements AutoCloseable {

    /** An event of which Kafka did not tell whether it has it counts as on its way for so long. */
    private static final Executor WHEN_CERTAIN = CompletableFuture.delayedExecutor(60, TimeUnit.SECONDS);

    private final EventPublisher publisher;
    private final AcceptingProcesses processes;
    private final QueueLimits limits;
    private final RateLimits rates;

    private LimitedPublisher(
            EventPublisher publisher, AcceptingProcesses processes, QueueLimits limits, RateLimits rates) {
        this.publisher = publisher;
        this.processes = processes;
        this.limits = limits;
        this.rates = rates;
    }

    /**
     * Begins to accept events, as one of those that do.
     *
     * @param kind which program this is
     * @param depths how full queues are
     * @param registry which functions have a rate
     * @param limits how many events each queue may hold
     */
    public static LimitedPublisher start(
            KafkaSettings settings,
            TopicAdmin topics,
            AcceptingProcesses.Kind kind,
            EventPublisher publisher,
            QueueDepths depths,
            Registry registry,
            ToIntFunction<TriggerDefinition> limits) {
        AcceptingProcesses processes = AcceptingProcesses.join(settings, topics, kind);
        return new LimitedPublisher(
                publisher, processes, new QueueLimits(depths, processes, limits), new RateLimits(registry, processes));
    }

    /**
     * Waits until it is known who else accepts events, as {@link #publish} does otherwise, so that no event comes late
     * for it; {@code false} when it took longer.
     */
    public boolean awaitReady(Duration patience) {
        return processes.awaitAll(patience);
    }

    /** An event on its way into its queue. */
    @FunctionalInterface
    private interface Publication {

        EventAddress publish() throws NotStoredException, StorageUnknownException;
    }

    /** As {@link EventPublisher#publish(TriggerDefinition, EventHeader, byte[])}. */
    public EventAddress publish(TriggerDefinition trigger, EventHeader header, byte[] event)
            throws NotStoredException, StorageUnknownException {
        return within(enter(trigger), () -> publisher.publish(trigger, header, event));
    }

    /** As {@link EventPublisher#publish(TriggerDefinition, int, EventHeader, byte[])}. */
    public EventAddress publish(TriggerDefinition trigger, int partition, EventHeader header, byte[] event)
            throws NotStoredException, StorageUnknownException {
        return within(enter(trigger), () -> publisher.publish(trigger, partition, header, event));
    }

    /**
     * As {@link EventPublisher#publishAsync(TriggerDefinition, EventHeader, byte[])}. Blocks for some seconds at most
     * while it is not known whether there is room.
     */
    public CompletableFuture<EventAddress> publishAsync(TriggerDefinition trigger, EventHeader header, byte[] event) {
        QueueLimits.Entry entry;
        try {
            entry = enter(trigger);
        } catch (NotStoredException e) {
            return CompletableFuture.failedFuture(e);
        }
        return publisher
                .publishAsync(trigger, header, event)
                .whenComplete((address, failure) -> settle(entry, unwrapped(failure)));
    }

    /** Accepts nothing any more. */
    @Override
    public void close() {
        limits.close();
        processes.close();
    }

    private QueueLimits.Entry enter(TriggerDefinition trigger) throws NotStoredException {
        QueueLimits.Entry entry = limits.enter(trigger);
        try {
            rates.enter(trigger);
            return entry;
        } catch (NotStoredException e) {
            entry.settle();
            throw e;
        }
    }

    private static EventAddress within(QueueLimits.Entry entry, Publication publication)
            throws NotStoredException, StorageUnknownException {
        Throwable failure = null;
        try {
            return publication.publish();
        } catch (NotStoredException | StorageUnknownException | RuntimeException e) {
            failure = e;
            throw e;
        } finally {
            settle(entry, failure);
        }
    }

    private static void settle(QueueLimits.Entry entry, @Nullable Throwable failure) {
        if (failure == null || failure instanceof NotStoredException) {
            entry.settle();
        } else {
            WHEN_CERTAIN.execute(entry::settle);
        }
    }

    private static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
