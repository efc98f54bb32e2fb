package dev.millrace.dispatcher.http;

import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.Status;
import dev.millrace.kafka.EventReader;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.OutcomeWriter;
import dev.millrace.kafka.Stored;
import dev.millrace.kafka.StoredEvent;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.program.Json;
import dev.millrace.program.Problem;
import dev.millrace.program.RequestBody;
import dev.millrace.redis.Cancellations;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Ends an invocation. One that waits ends now, by an outcome of its own in the log; one that runs is ended by its worker,
 * which hears of it within half a second. What has ended stays as it is: whichever terminal outcome is first in the log
 * counts. SCF: TerminateAsyncEvent.
 */
final class CancelEndpoint {

    private static final Duration PATIENCE = Duration.ofMillis(4500);
    private static final byte[] NOTHING = {};

    private final Registry registry;
    private final Invocations invocations;
    private final EventReader events;
    private final Cancellations cancellations;
    private final OutcomeWriter outcomes;
    private final RequestIdCodec requestIds;
    private final InstantSource clock;

    CancelEndpoint(
            Registry registry,
            Invocations invocations,
            EventReader events,
            Cancellations cancellations,
            OutcomeWriter outcomes,
            RequestIdCodec requestIds,
            InstantSource clock) {
        this.registry = registry;
        this.invocations = invocations;
        this.events = events;
        this.cancellations = cancellations;
        this.outcomes = outcomes;
        this.requestIds = requestIds;
        this.clock = clock;
    }

    void cancel(Context context) throws InterruptedException {
        Query.of(context);
        EventAddress address = invocations.address(context);
        boolean graceful = graceful(context);
        InvocationView view = invocations.find(address);
        String id = requestIds.encode(address).toString();
        if (view.hasEnded()) {
            throw Problem.of(
                            409,
                            "already-ended",
                            "The invocation has ended",
                            "it ended as " + view.status() + ", which never changes")
                    .about(id)
                    .with("invocationStatus", view.status().name())
                    .exception();
        }
        cancellations.request(address, graceful);
        if (view.status() != Status.RUNNING) {
            end(view);
        }
        context.status(202);
        context.header("Location", "/v1/invocations/" + id);
        context.json(Map.of(
                "requestId",
                id,
                "status",
                (view.status() == Status.RUNNING ? Status.RUNNING : Status.CANCELLED).name()));
    }

    private static boolean graceful(Context context) {
        byte[] bytes = RequestBody.bytes(context);
        if (bytes.length == 0) {
            return false;
        }
        JsonNode body = Json.read("the body", bytes);
        for (String name : body.propertyNames()) {
            if (!name.equals("graceful")) {
                throw Problem.malformed("unknown field " + name + "; cancelling takes graceful alone")
                        .exception();
            }
        }
        JsonNode graceful = body.path("graceful");
        if (!body.isObject() || !(graceful.isMissingNode() || graceful.isBoolean())) {
            throw Problem.malformed("cancelling takes {\"graceful\": true} or {\"graceful\": false}")
                    .exception();
        }
        return graceful.asBoolean(false);
    }

    private void end(InvocationView view) throws InterruptedException {
        EventAddress address = view.address();
        OutcomeHeading heading =
                new OutcomeHeading(address.trigger(), address.partition(), view.trigger(), view.type());
        OutcomePack pack = new OutcomePack(heading);
        pack.add(OutcomePack.encode(outcome(view)));
        CompletableFuture<@Nullable Void> stored = new CompletableFuture<>();
        outcomes.append(heading, pack.toBytes(), new Stored() {
            @Override
            public void stored(long offset) {
                stored.complete(null);
            }

            @Override
            public void failed(Exception why) {
                stored.completeExceptionally(why);
            }
        });
        try {
            stored.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaUnavailableException(
                    "the cancellation of " + requestIds.encode(address)
                            + " could not be stored in time; workers will not run it, cancel it again to see it ended",
                    e);
        }
    }

    private Outcome outcome(InvocationView view) {
        Outcome last = view.outcome();
        FunctionDefinition function =
                registry.view().function(view.trigger().function()).orElse(null);
        StoredEvent event = events.read(view.address());
        EventAddress replayOf =
                event instanceof StoredEvent.Found found ? found.header().replayOf() : null;
        long now = clock.millis();
        return new Outcome(
                view.address(),
                Status.CANCELLED,
                last != null ? last.version() : FunctionDefinition.LATEST,
                view.acceptedAt() > 0 ? view.acceptedAt() : now,
                now,
                (int) (function == null
                                ? FunctionSpec.DEFAULT_RESULT_TTL
                                : function.spec().resultTtl())
                        .toSeconds(),
                last == null ? List.of() : last.attempts(),
                NOTHING,
                new AttemptError(499, "Cancelled", "the invocation was cancelled before it ran", ""),
                NOTHING,
                replayOf);
    }
}
