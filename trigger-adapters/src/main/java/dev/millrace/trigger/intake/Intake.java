package dev.millrace.trigger.intake;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.Limits;
import dev.millrace.contract.RequestId;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.NotStoredException;
import dev.millrace.kafka.QueueFullException;
import dev.millrace.kafka.StorageUnknownException;
import dev.millrace.kafka.ThrottledException;
import dev.millrace.kafka.queue.LimitedPublisher;
import dev.millrace.kafka.registry.Installation;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.program.AcceptMeters;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The one door through which every adapter's events enter: an event is accepted when the broker has it, and its request
 * ID is known from then on. Thread-safe.
 */
public final class Intake {

    private final Registry registry;
    private final LimitedPublisher publisher;
    private final AcceptMeters meters;
    private final InstantSource clock;

    public Intake(Registry registry, LimitedPublisher publisher, AcceptMeters meters, InstantSource clock) {
        this.registry = registry;
        this.publisher = publisher;
        this.meters = meters;
        this.clock = clock;
    }

    /** Waits until events can be accepted without delay; {@code false} when that takes longer. */
    public boolean awaitReady(Duration patience) {
        return publisher.awaitReady(patience);
    }

    /**
     * Accepts one event.
     *
     * @param dedupKey events of this trigger with the same key are executed once; {@code null} for none
     * @throws EventTooLargeException when it is larger than 128 KB; nothing is accepted
     * @throws ThrottledException when its queue holds as much as it may, or it came too early; nothing is accepted
     * @throws NotStoredException when the broker did not take it and never will
     * @throws StorageUnknownException when the broker did not tell in time; with the same key it may be sent again
     */
    public RequestId accept(TriggerDefinition trigger, byte[] event, @Nullable String dedupKey)
            throws EventTooLargeException, NotStoredException, StorageUnknownException {
        if (event.length > Limits.ASYNC_EVENT_BYTES) {
            throw new EventTooLargeException(trigger.ref(), event.length);
        }
        RequestIdCodec ids = registry.view()
                .installation()
                .map(Installation::requestIds)
                .orElseThrow(() -> new IllegalStateException("a trigger without an installation: " + trigger.ref()));
        EventHeader header = EventHeader.accepted(clock.millis()).withDedupKey(dedupKey);
        EventAddress address = publish(trigger, header, event);
        meters.accepted(trigger);
        return ids.encode(address);
    }

    private EventAddress publish(TriggerDefinition trigger, EventHeader header, byte[] event)
            throws NotStoredException, StorageUnknownException {
        try {
            return publisher.publish(trigger, header, event);
        } catch (ThrottledException e) {
            meters.refused(e instanceof QueueFullException ? "queue-full" : "rate-limited");
            throw e;
        }
    }
}
