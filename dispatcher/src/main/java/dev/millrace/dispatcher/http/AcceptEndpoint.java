package dev.millrace.dispatcher.http;

import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.Limits;
import dev.millrace.contract.RequestId;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.dispatcher.accept.Accepted;
import dev.millrace.dispatcher.accept.KeyConflictException;
import dev.millrace.dispatcher.accept.KeyedPublisher;
import dev.millrace.kafka.NotStoredException;
import dev.millrace.kafka.StorageUnknownException;
import dev.millrace.kafka.ThrottledException;
import dev.millrace.kafka.queue.LimitedPublisher;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryView;
import dev.millrace.program.AcceptMeters;
import dev.millrace.program.Json;
import dev.millrace.program.Problem;
import dev.millrace.program.ProblemException;
import dev.millrace.program.RequestBody;
import dev.millrace.program.SeededBug;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Takes events of asynchronous invocations. A 202 means that the broker has stored the event; a 503 that it has not and
 * never will; a 504 that it did not tell in time. Redis is asked only about an idempotency key, and not waited for.
 */
final class AcceptEndpoint {

    private final Registry registry;
    private final LimitedPublisher publisher;
    private final KeyedPublisher keyed;
    private final RequestIdCodec requestIds;
    private final AcceptMeters meters;
    private final InstantSource clock;

    AcceptEndpoint(
            Registry registry,
            LimitedPublisher publisher,
            KeyedPublisher keyed,
            RequestIdCodec requestIds,
            AcceptMeters meters,
            InstantSource clock) {
        this.registry = registry;
        this.publisher = publisher;
        this.keyed = keyed;
        this.requestIds = requestIds;
        this.meters = meters;
        this.clock = clock;
    }

    void accept(Context context) throws InterruptedException {
        try {
            answer(context);
        } catch (ProblemException e) {
            meters.refused(e.problem().type());
            throw e;
        }
    }

    private void answer(Context context) throws InterruptedException {
        Query.of(context);
        RegistryView view = registry.view();
        FunctionDefinition function = Names.function(context, view);
        byte[] event = RequestBody.bytes(context);
        if (event.length > Limits.ASYNC_EVENT_BYTES) {
            throw Problem.tooLarge("the event has " + event.length + " bytes; an asynchronous invocation takes at most "
                            + Limits.ASYNC_EVENT_BYTES)
                    .with("limit", Limits.ASYNC_EVENT_BYTES)
                    .exception();
        }
        Json.check("the event", event);
        TriggerRef ref = new TriggerRef(function.ref(), TriggerRef.API);
        TriggerDefinition trigger = view.trigger(ref).orElseThrow(() -> Names.noTrigger(ref, view));
        EventHeader header = header(function, Preconditions.delay(context));
        Accepted accepted = store(trigger, Preconditions.idempotencyKey(context), header, event);
        if (SeededBug.STORED_BUT_REFUSED.on()) {
            throw Backing.kafkaAway("a bug was asked for").exception();
        }
        RequestId id = requestIds.encode(accepted.address());
        if (accepted.replayed()) {
            context.header("Idempotency-Replayed", "true");
        } else {
            meters.accepted(trigger);
        }
        context.status(202);
        context.header("Location", "/v1/invocations/" + id);
        context.header("Preference-Applied", "respond-async");
        context.json(Map.of("requestId", id.toString()));
    }

    /** A delayed event may be as old as its function allows from when it is due. */
    private EventHeader header(FunctionDefinition function, Duration delay) {
        Instant now = clock.instant();
        EventHeader header = EventHeader.accepted(now.toEpochMilli());
        return delay.isZero()
                ? header
                : header.delayedUntil(now.plus(delay), function.spec().retry().maxAge());
    }

    private Accepted store(TriggerDefinition trigger, Optional<String> key, EventHeader header, byte[] event)
            throws InterruptedException {
        try {
            return key.isPresent()
                    ? keyed.publish(trigger, key.get(), header, event)
                    : new Accepted(publisher.publish(trigger, header, event), false);
        } catch (KeyConflictException e) {
            throw conflict(e).exception();
        } catch (ThrottledException e) {
            throw Backing.throttled(e).exception();
        } catch (NotStoredException e) {
            throw Backing.kafkaAway("the event could not be stored: nothing was accepted and nothing will run; send it"
                            + " again later (" + e.getMessage() + ")")
                    .exception();
        } catch (StorageUnknownException e) {
            throw Problem.of(
                            504,
                            "acceptance-unknown",
                            "Not known whether the event was accepted",
                            "Kafka did not tell in time whether it has stored the event: it will run once or not at"
                                    + " all; repeated with the same Idempotency-Key it runs once, without one maybe twice")
                    .retryAfter(2)
                    .exception();
        }
    }

    private static Problem conflict(KeyConflictException conflict) {
        return switch (conflict.reason()) {
            case OTHER_EVENT ->
                Problem.of(
                        409,
                        "idempotency-key-reused",
                        "The idempotency key was used before",
                        "another event came with this Idempotency-Key within the last 24 hours; nothing was accepted:"
                                + " take a new key for a new event");
            case IN_USE ->
                Problem.of(
                                409,
                                "idempotency-key-in-use",
                                "The idempotency key is in use",
                                "another request with this Idempotency-Key is being accepted, or broke off a moment"
                                        + " ago; nothing was accepted for this one: repeat it")
                        .retryAfter(1);
        };
    }
}
