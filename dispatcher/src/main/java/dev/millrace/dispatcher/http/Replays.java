package dev.millrace.dispatcher.http;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.kafka.NotStoredException;
import dev.millrace.kafka.StorageUnknownException;
import dev.millrace.kafka.ThrottledException;
import dev.millrace.kafka.queue.LimitedPublisher;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryView;
import dev.millrace.program.AcceptMeters;
import dev.millrace.program.Problem;
import dev.millrace.program.ProblemException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Hands events in once more, each as a new invocation that names the one it repeats. The old invocation stays as it is.
 * Thread-safe.
 */
final class Replays {

    private final Registry registry;
    private final LimitedPublisher publisher;
    private final AcceptMeters meters;
    private final InstantSource clock;

    Replays(Registry registry, LimitedPublisher publisher, AcceptMeters meters, InstantSource clock) {
        this.registry = registry;
        this.publisher = publisher;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Where a replay of this trigger's events goes: to the trigger of that name, or, when there is none any more, to
     * its function's own queue. Without its function it is refused.
     */
    TriggerDefinition target(TriggerRef ref) {
        RegistryView view = registry.view();
        Optional<TriggerDefinition> present = view.trigger(ref);
        return present.or(() -> view.trigger(new TriggerRef(ref.function(), TriggerRef.API)))
                .orElseThrow(() -> Names.noFunction(ref.function(), view));
    }

    /** The header of a replay that is handed in now, to be run at once. */
    EventHeader header(EventAddress original) {
        EventHeader now = EventHeader.accepted(clock.millis());
        return new EventHeader(now.acceptedAt(), 1, 0, 0, 0, null, null, original, 0, now.history());
    }

    /** Stores a replay; its address is the new invocation. */
    EventAddress store(TriggerDefinition target, EventHeader header, byte[] event) {
        try {
            EventAddress address = publisher.publish(target, header, event);
            meters.accepted(target);
            return address;
        } catch (NotStoredException | StorageUnknownException e) {
            throw problem(e);
        }
    }

    /** The same without waiting; {@link #problem} says what its failure means. */
    CompletableFuture<EventAddress> storeLater(TriggerDefinition target, EventHeader header, byte[] event) {
        return publisher.publishAsync(target, header, event).thenApply(address -> {
            meters.accepted(target);
            return address;
        });
    }

    /** What a caller is told of a replay that may not have been stored. */
    static ProblemException problem(@Nullable Throwable why) {
        if (why instanceof ThrottledException throttled) {
            return Backing.throttled(throttled).exception();
        }
        if (why instanceof NotStoredException refused) {
            return Backing.kafkaAway(
                            "the replay could not be stored: nothing was accepted and nothing will run; ask for"
                                    + " it again later (" + refused.getMessage() + ")")
                    .exception();
        }
        return Problem.of(
                        504,
                        "acceptance-unknown",
                        "Not known whether the event was accepted",
                        "Kafka did not tell in time whether it has stored the replay: it will run once or not at"
                                + " all; the function's invocations show which")
                .retryAfter(2)
                .exception();
    }
}
