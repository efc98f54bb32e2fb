package dev.millrace.dispatcher.http;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.Limits;
import dev.millrace.contract.RequestId;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.kafka.EventPublisher;
import dev.millrace.kafka.NotStoredException;
import dev.millrace.kafka.StorageUnknownException;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryView;
import dev.millrace.program.AcceptMeters;
import dev.millrace.program.Json;
import dev.millrace.program.Problem;
import dev.millrace.program.ProblemException;
import dev.millrace.program.RequestBody;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;

/**
 * Takes events of asynchronous invocations. A 202 means that the broker has stored the event; a 503 that it has not and
 * never will; a 504 that it did not tell in time. Redis is not asked.
 */
final class AcceptEndpoint {

    private final Registry registry;
    private final EventPublisher publisher;
    private final RequestIdCodec requestIds;
    private final AcceptMeters meters;
    private final InstantSource clock;

    AcceptEndpoint(
            Registry registry,
            EventPublisher publisher,
            RequestIdCodec requestIds,
            AcceptMeters meters,
            InstantSource clock) {
        this.registry = registry;
        this.publisher = publisher;
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
        refuseWhatIsNotBuilt(context);
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
        RequestId id = requestIds.encode(store(trigger, event));
        meters.accepted(trigger);
        context.status(202);
        context.header("Location", "/v1/invocations/" + id);
        context.header("Preference-Applied", "respond-async");
        context.json(Map.of("requestId", id.toString()));
    }

    private EventAddress store(TriggerDefinition trigger, byte[] event) throws InterruptedException {
        try {
            return publisher.publish(trigger, EventHeader.accepted(clock.millis()), event);
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
                                    + " all; sending it again may run it twice, until Idempotency-Key is built")
                    .retryAfter(2)
                    .exception();
        }
    }

    private static void refuseWhatIsNotBuilt(Context context) {
        if (context.header("Millrace-Delay") != null) {
            throw notBuilt("delayed invocation (Millrace-Delay)");
        }
        if (context.header("Idempotency-Key") != null) {
            throw notBuilt("Idempotency-Key");
        }
        String prefer = context.header("Prefer");
        if (prefer == null || !prefer.toLowerCase(Locale.ROOT).contains("respond-async")) {
            throw notBuilt("synchronous invocation");
        }
    }

    private static ProblemException notBuilt(String feature) {
        return Problem.notBuiltYet(
                        feature + " is not built yet: nothing was accepted and nothing will run; invoke"
                                + " asynchronously with the header Prefer: respond-async, then read the result by its request ID")
                .exception();
    }
}
