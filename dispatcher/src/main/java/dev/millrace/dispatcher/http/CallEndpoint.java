package dev.millrace.dispatcher.http;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.dispatcher.sync.CallEnd;
import dev.millrace.dispatcher.sync.Calls;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryView;
import dev.millrace.program.Json;
import dev.millrace.program.Problem;
import dev.millrace.program.RequestBody;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Calls a function and answers with what it returned. A failing function is answered with SCF's own code as the status and a
 * problem document; whatever was accepted is known by the request ID that every such answer carries.
 */
final class CallEndpoint {

    /** Beyond what a function may take, for the way there and back. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    /** SCF: what a caller gets of the log. */
    private static final int TAIL_BYTES = 4 * 1024;

    private static final String LOG_HEADER = "Millrace-Log-Result";

    private final Registry registry;
    private final Calls calls;
    private final RequestIdCodec requestIds;
    private final MeterRegistry meters;
    private final Map<String, Counter> ends = new ConcurrentHashMap<>();

    CallEndpoint(Registry registry, Calls calls, RequestIdCodec requestIds, MeterRegistry meters) {
        this.registry = registry;
        this.calls = calls;
        this.requestIds = requestIds;
        this.meters = meters;
    }

    void call(Context context) throws InterruptedException {
        Query query = Query.of(context, "wait", "tail");
        refuseWhatIsAsynchronous(context);
        RegistryView view = registry.view();
        FunctionDefinition function = Names.function(context, view);
        TriggerRef ref = new TriggerRef(function.ref(), TriggerRef.API);
        TriggerDefinition trigger = view.trigger(ref).orElseThrow(() -> Names.noTrigger(ref, view));
        Duration wait = query.duration("wait", LONGEST_WAIT).orElseGet(() -> longest(function.spec()));
        boolean tail = query.words("tail", Set.of("true", "false")).contains("true");
        byte[] event = RequestBody.bytes(context);
        Json.check("the event", event);
        CallEnd end = calls.run(new Calls.Call(function, trigger, view.revision(), event, wait, tail));
        answer(context, function, end, tail);
    }

    /** What a caller who says nothing waits for: all that the function may take. */
    private static Duration longest(FunctionSpec spec) {
        return spec.timeout().plus(spec.initTimeout()).plus(SLACK);
    }

    private static void refuseWhatIsAsynchronous(Context context) {
        for (String header : new String[] {"Idempotency-Key", "Millrace-Delay"}) {
            if (context.header(header) != null) {
                throw Problem.malformed(header + " goes with an asynchronous invocation (Prefer: respond-async):"
                                + " nothing was accepted and nothing will run")
                        .exception();
            }
        }
    }

    private void answer(Context context, FunctionDefinition function, CallEnd end, boolean tail) {
        switch (end) {
            case CallEnd.Ended ended -> {
                count(ended.outcome().status() == Status.SUCCEEDED ? "succeeded" : code(ended.outcome()));
                answer(context, function, ended.outcome(), tail);
            }
            case CallEnd.WorkerLost(EventAddress address) -> {
                count("worker-lost");
                throw workerLost(id(address)).exception();
            }
            case CallEnd.WaitOver(EventAddress address) -> {
                count("wait-over");
                throw waitOver(address).exception();
            }
            case CallEnd.NoWorker none -> {
                count("no-worker");
                throw noWorker(function).exception();
            }
            case CallEnd.NotStored(String reason) -> {
                count("not-stored");
                throw Backing.kafkaAway("the call could not be sent: nothing was accepted and nothing will run; call"
                                + " again later (" + reason + ")")
                        .exception();
            }
        }
    }

    private void answer(Context context, FunctionDefinition function, Outcome outcome, boolean tail) {
        String id = id(outcome.address());
        Optional<String> log = tail ? log(function, outcome, id) : Optional.empty();
        if (outcome.status() != Status.SUCCEEDED) {
            Problem problem = failure(outcome, id);
            throw (log.isPresent() ? problem.withHeader(LOG_HEADER, log.get()) : problem).exception();
        }
        context.header("Millrace-Request-Id", id);
        context.header("Millrace-Duration", millis(outcome));
        log.ifPresent(text -> context.header(LOG_HEADER, text));
        context.header("X-Content-Type-Options", "nosniff");
        context.contentType("application/json").result(outcome.result());
    }

    private static Problem failure(Outcome outcome, String id) {
        AttemptError error = outcome.error() == null
                ? new AttemptError(500, "InternalError", "it ended as " + outcome.status(), "")
                : outcome.error();
        return switch (error.type()) {
            case AttemptError.WORKER_LOST -> workerLost(id);
            case "ResourceLimitReached" ->
                refused(432, "concurrency-limit", "The concurrency limit is reached", error, id);
            case "ResourceLimit" -> refused(429, "growth-limit", "Too many instances are being started", error, id);
            case "InsufficientResources" -> refused(449, "no-slot", "No worker has a slot", error, id);
            case "EventExpired" ->
                Problem.of(504, "sync-wait-ended", "The wait has ended", error.text())
                        .about(id);
            default -> failed(error, id).withHeader("Millrace-Duration", millis(outcome));
        };
    }

    private static Problem refused(int status, String type, String title, AttemptError error, String id) {
        return Problem.of(status, type, title, error.text())
                .about(id)
                .withHeader("Millrace-Request-Id", id)
                .retryAfter(1);
    }

    /** SCF: the code of the failure is the status; the body says what the function said. */
    private static Problem failed(AttemptError error, String id) {
        int status = error.code() >= 400 && error.code() <= 599 ? error.code() : 500;
        return Problem.of(status, "function-failed", "The function failed", error.type() + ": " + error.text())
                .about(id)
                .with("errorCode", error.code())
                .with("errorType", error.type())
                .with("errorMessage", error.text())
                .with("stackTrace", error.stackTrace())
                .withHeader("Millrace-Request-Id", id);
    }

    private static Problem workerLost(String id) {
        return Problem.of(
                        500,
                        "worker-lost",
                        "The worker is gone",
                        "the worker that was to run the call is gone: the function may have run, and it is not run again;"
                                + " what is known of it is found by the request ID")
                .about(id)
                .withHeader("Millrace-Request-Id", id);
    }

    private Problem waitOver(@Nullable EventAddress address) {
        if (address == null) {
            return Problem.of(
                            504,
                            "acceptance-unknown",
                            "Not known whether the call was accepted",
                            "Kafka did not tell in time whether it has the call: the function runs once or not at all")
                    .retryAfter(2);
        }
        String id = id(address);
        return Problem.of(
                        504,
                        "sync-wait-ended",
                        "The wait has ended",
                        "the function has not ended in time; the run goes on, and its end is found by the request ID")
                .about(id)
                .withHeader("Millrace-Request-Id", id)
                .withHeader("Location", "/v1/invocations/" + id);
    }

    private Problem noWorker(FunctionDefinition function) {
        String need = function.code() == null
                ? "no worker has the handler of " + function.ref().name()
                        + " registered: start the program that brings it"
                : "no worker that runs " + function.spec().runtimeName()
                        + " takes calls: start one with that language on its PATH (millrace worker; millrace doctor"
                        + " shows what a machine has)";
        return Problem.of(
                        503,
                        "no-worker",
                        "No worker can run the function",
                        need + "; nothing was accepted and nothing will run")
                .retryAfter(2);
    }

    /** SCF: the last 4 KB of the log, here with the platform's own lines. */
    private static Optional<String> log(FunctionDefinition function, Outcome outcome, String id) {
        if (outcome.attempts().isEmpty()) {
            return Optional.empty();
        }
        Attempt attempt = outcome.attempts().getLast();
        byte[] text = new LogRenderer(id, function.spec().memorySize())
                .render(outcome, attempt, outcome.log())
                .getBytes(StandardCharsets.UTF_8);
        byte[] end = Arrays.copyOfRange(text, Math.max(0, text.length - TAIL_BYTES), text.length);
        return Optional.of(Base64.getEncoder().encodeToString(end));
    }

    private static String millis(Outcome outcome) {
        long micros =
                outcome.attempts().isEmpty() ? 0 : outcome.attempts().getLast().durationMicros();
        return BigDecimal.valueOf(micros, 3).stripTrailingZeros().toPlainString();
    }

    private static String code(Outcome outcome) {
        return outcome.error() == null
                ? "500"
                : Integer.toString(outcome.error().code());
    }

    private String id(EventAddress address) {
        return requestIds.encode(address).toString();
    }

    private void count(String end) {
        ends.computeIfAbsent(end, this::counter).increment();
    }

    private Counter counter(String end) {
        return Counter.builder("millrace.calls.answered")
                .description("synchronous calls by how they ended for their callers")
                .tag("end", end)
                .register(meters);
    }
}
