package dev.millrace.kafka;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.TriggerDefinition;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Puts events into their triggers' topics and answers when the broker has them. Thread-safe, also for virtual threads. */
@SuppressWarnings("DoNotCallSuggester")
public final class EventPublisher implements AutoCloseable {

    /** How long a caller waits at most for the broker's word. */
    public static final Duration DEFAULT_BOUND = Duration.ofSeconds(5);

    public EventPublisher(KafkaSettings settings, Duration bound) {}

    /**
     * Stores one event and waits for the broker's word, at most for the bound.
     *
     * @return where the event lies
     * @throws NotStoredException when it was not stored and never will be
     * @throws StorageUnknownException when the broker did not tell in time
     */
    public EventAddress publish(TriggerDefinition trigger, EventHeader header, byte[] event)
            throws NotStoredException, StorageUnknownException, InterruptedException {
        try {
            return publishAsync(trigger, header, event).get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new NotStoredException("not built yet", e);
        }
    }

    /** The same without waiting; fails with {@link NotStoredException} or {@link StorageUnknownException}. */
    public CompletableFuture<EventAddress> publishAsync(TriggerDefinition trigger, EventHeader header, byte[] event) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    /** The same into a chosen partition, for events whose order or place matters. */
    public CompletableFuture<EventAddress> publishAsync(
            TriggerDefinition trigger, int partition, EventHeader header, byte[] event) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    @Override
    public void close() {}
}
