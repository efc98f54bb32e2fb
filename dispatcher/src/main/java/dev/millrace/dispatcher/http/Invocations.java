package dev.millrace.dispatcher.http;

import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.InvalidRequestIdException;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerType;
import dev.millrace.dispatcher.wait.InvocationState;
import dev.millrace.dispatcher.wait.OutcomeTail;
import dev.millrace.kafka.EventReader;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.StoredEvent;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryView;
import dev.millrace.program.Problem;
import dev.millrace.program.ProblemException;
import dev.millrace.redis.Lookup;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.RunningRun;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds an invocation by its request ID: in Redis when it has ended, else from what Redis and Kafka know together, and,
 * while a caller waits, from the end of the outcome log. Thread-safe.
 */
final class Invocations {

    private static final String RETRY_DELAY = "retry-delay";
    private static final String CIRCUIT_BREAKER = "circuit-breaker";

    private final Registry registry;
    private final RequestIdCodec requestIds;
    private final Whereabouts whereabouts;
    private final OutcomeTail tail;
    private final EventReader events;
    private final Queues queues;
    private final InstantSource clock;

    Invocations(
            Registry registry,
            RequestIdCodec requestIds,
            Whereabouts whereabouts,
            OutcomeTail tail,
            EventReader events,
            Queues queues,
            InstantSource clock) {
        this.registry = registry;
        this.requestIds = requestIds;
        this.whereabouts = whereabouts;
        this.tail = tail;
        this.events = events;
        this.queues = queues;
        this.clock = clock;
    }

    /** Whose event it is: a trigger that exists, or one that was deleted. */
    record Source(
            TriggerRef ref, TriggerType type, @Nullable TriggerDefinition present) {}

    /**
     * The address behind the request ID in the path. A text that this installation did not issue is 400; an ID of another
     * namespace than the path's is as unknown as one that does not exist.
     */
    EventAddress address(Context context) {
        String text = context.pathParam("requestId");
        EventAddress address;
        try {
            address = requestIds.decode(text).address();
        } catch (InvalidRequestIdException e) {
            throw Problem.of(
                            400,
                            "invalid-request-id",
                            "Not a request ID of this installation",
                            text + ": " + e.getMessage())
                    .exception();
        }
        String namespace = source(address).ref().function().namespace();
        if (!Names.namespace(context).orElse(namespace).equals(namespace)) {
            throw unknown(address);
        }
        return address;
    }

    Source source(EventAddress address) {
        RegistryView view = registry.view();
        Optional<TriggerDefinition> present = view.trigger(address.trigger());
        if (present.isPresent()) {
            TriggerDefinition trigger = present.get();
            return new Source(trigger.ref(), trigger.spec().type(), trigger);
        }
        return view.retired(address.trigger())
                .map(retired -> new Source(retired.ref(), retired.type(), null))
                .orElseThrow(() -> unknown(address));
    }

    /** Where an invocation stands now. What is no longer kept is 410, what never was 404, what is being rebuilt 503. */
    InvocationView find(EventAddress address) {
        return view(address, whereabouts.of(address));
    }

    /** The same, once it has ended or this time is over. */
    InvocationView await(EventAddress address, Duration patience) throws InterruptedException {
        Optional<InvocationView> first = findIfRedisTells(address);
        if (first.isPresent() && first.get().hasEnded()) {
            return first.get();
        }
        return tail.await(address, patience) instanceof Lookup.Finished finished ? ended(finished) : find(address);
    }

    /** What Redis says of it, for one who wants to follow it from there. */
    Lookup lookup(EventAddress address) {
        return whereabouts.lookup(address);
    }

    static InvocationView ended(Lookup.Finished finished) {
        return of(finished.heading(), finished.outcome());
    }

    static InvocationView of(OutcomeHeading heading, Outcome outcome) {
        return new InvocationView(
                outcome.address(),
                heading.ref(),
                heading.type(),
                outcome.status(),
                null,
                outcome.acceptedAt(),
                outcome,
                null,
                outcome.replayOf());
    }

    ProblemException unknown(EventAddress address) {
        return Problem.notFound("there is no such invocation")
                .about(requestIds.encode(address).toString())
                .exception();
    }

    ProblemException gone(EventAddress address) {
        return Problem.of(
                        410,
                        "gone",
                        "No longer kept",
                        "the invocation was accepted once; the time for which its event and its result are kept is over")
                .about(requestIds.encode(address).toString())
                .exception();
    }

    /** While Redis is away, or being filled again, the end may still be seen coming by. */
    private Optional<InvocationView> findIfRedisTells(EventAddress address) {
        try {
            InvocationState state = whereabouts.of(address);
            return state instanceof InvocationState.Rebuilding ? Optional.empty() : Optional.of(view(address, state));
        } catch (RedisUnavailableException e) {
            return Optional.empty();
        }
    }

    private InvocationView view(EventAddress address, InvocationState state) {
        return switch (state) {
            case InvocationState.Ended(Lookup.Finished outcome) -> ended(outcome);
            // A call waits for nothing: it runs, or its end is on the way.
            case InvocationState.Queued queued when address.isCall() -> running(address, null, null);
            case InvocationState.Queued queued -> notStarted(address, Status.QUEUED, waitingFor(address));
            case InvocationState.Running(RunningRun run, Lookup.Retrying before) -> running(address, run, before);
            case InvocationState.Retrying(Lookup.Retrying last) -> retrying(last);
            case InvocationState.Gone gone -> throw gone(address);
            case InvocationState.Unknown unknown -> throw unknown(address);
            case InvocationState.Rebuilding rebuilding ->
                throw Backing.rebuilding()
                        .about(requestIds.encode(address).toString())
                        .exception();
        };
    }

    private InvocationView notStarted(EventAddress address, Status status, @Nullable String waitingFor) {
        Source source = source(address);
        Optional<EventHeader> header = header(address);
        return new InvocationView(
                address,
                source.ref(),
                source.type(),
                status,
                waitingFor,
                header.map(EventHeader::acceptedAt).orElse(0L),
                null,
                null,
                header.map(EventHeader::replayOf).orElse(null));
    }

    private InvocationView running(EventAddress address, @Nullable RunningRun run, Lookup.@Nullable Retrying before) {
        if (before == null) {
            InvocationView view = notStarted(address, Status.RUNNING, null);
            return new InvocationView(
                    address,
                    view.trigger(),
                    view.type(),
                    Status.RUNNING,
                    null,
                    view.acceptedAt(),
                    null,
                    run,
                    view.replayOf());
        }
        return new InvocationView(
                address,
                before.heading().ref(),
                before.heading().type(),
                Status.RUNNING,
                null,
                before.outcome().acceptedAt(),
                before.outcome(),
                run,
                before.outcome().replayOf());
    }

    private InvocationView retrying(Lookup.Retrying last) {
        Outcome outcome = last.outcome();
        String waitingFor = outcome.notBefore() > clock.millis() ? reason(outcome) : waitingFor(outcome.address());
        return new InvocationView(
                outcome.address(),
                last.heading().ref(),
                last.heading().type(),
                outcome.attempts().isEmpty() ? Status.QUEUED : Status.RETRYING,
                waitingFor,
                outcome.acceptedAt(),
                outcome,
                null,
                outcome.replayOf());
    }

    /** Why it waits for a time that is still to come. */
    private static String reason(Outcome outcome) {
        AttemptError error = outcome.error();
        return error != null && error.type().equals(AttemptError.HELD_BACK) ? CIRCUIT_BREAKER : RETRY_DELAY;
    }

    private @Nullable String waitingFor(EventAddress address) {
        TriggerDefinition present = source(address).present();
        return present == null ? QueueState.WORKER : queues.waitingFor(present, address.partition(), registry.view());
    }

    /** What came with the event; empty when it cannot be read now or says nothing. */
    private Optional<EventHeader> header(EventAddress address) {
        try {
            return events.read(address) instanceof StoredEvent.Found found
                    ? Optional.of(found.header())
                    : Optional.empty();
        } catch (KafkaUnavailableException e) {
            return Optional.empty(); // The state is known without it.
        }
    }
}
