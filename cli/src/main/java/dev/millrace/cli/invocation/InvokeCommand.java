package dev.millrace.cli.invocation;

import dev.millrace.cli.client.Answer;
import dev.millrace.cli.client.Api;
import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.output.Printer;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.session.WaitOption;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import dev.millrace.contract.DurationText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code millrace invoke}: calls a function with an event. */
@Command(
        name = "invoke",
        headerHeading = "Examples:%n  millrace invoke hello -d '{\"name\":\"Ada\"}' --tail%n"
                + "  millrace invoke hello -d @event.json --async --wait%n%n",
        description =
                "Calls a function and prints what it returned. With --async the event is queued and its request ID"
                        + " printed; with --wait as well, the result is waited for and printed.")
public final class InvokeCommand implements Callable<Integer> {

    /** SCF: what a caller gets of the log. */
    private static final int TAIL_BYTES = 4096;

    private static final Duration BEYOND = Duration.ofSeconds(15);

    /** Longer than any function may take. */
    private static final Duration LONGEST = Duration.ofHours(1).plus(BEYOND);

    @Mixin
    private Session session;

    @Mixin
    private WaitOption wait;

    @Parameters(paramLabel = "FN", description = "The function.")
    private String function;

    @Option(
            names = {"-d", "--data"},
            paramLabel = "JSON|@FILE|-",
            description = "The event: JSON, a file, or standard input. Without it the event is {}.")
    private String data = "{}";

    @Option(names = "--async", description = "Queue the event and come back.")
    private boolean async;

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = "With --async: the same key within 24 hours gives the same request ID and one execution.")
    private @Nullable String idempotencyKey;

    @Option(
            names = "--delay",
            paramLabel = "TIME",
            description = "With --async: run it that much later, such as 30s or 2h; at most 7d.")
    private @Nullable String delay;

    @Option(names = "--tail", description = "Show the end of the log on stderr.")
    private boolean tail;

    @Override
    public Integer call() throws InterruptedException {
        Printer printer = session.printer();
        Api api = session.api();
        String path = ApiPaths.function(session.namespace(), function) + "/invocations";
        requireAsync(idempotencyKey, "--idempotency-key");
        requireAsync(delay, "--delay");
        if (!async) {
            return synchronous(api, path, printer);
        }
        Request request = Request.post(path).body("application/json", EventArgument.read(data, session.shell()));
        if (idempotencyKey != null) {
            if (!idempotencyKey.matches("[!-~]{1,255}")) {
                throw Failure.of(
                        ExitCode.USAGE, "--idempotency-key takes 1 to 255 visible ASCII characters without spaces");
            }
            request = request.header("Idempotency-Key", idempotencyKey);
        }
        if (delay != null) {
            request = request.header("Millrace-Delay", delay);
        }
        JsonNode accepted = api.send(request.header("Prefer", "respond-async")).json();
        String requestId = accepted.path("requestId").asString("");
        if (wait.time().isEmpty()) {
            printer.one(accepted, requestId);
            return ExitCode.OK;
        }
        printer.note("request " + requestId);
        return ended(new Waiting(api, requestId).atMost(wait.time().get()), requestId, api, printer);
    }

    private void requireAsync(@Nullable String value, String option) {
        if (value != null && !async) {
            throw Failure.of(ExitCode.USAGE, option + " goes with --async");
        }
    }

    private int ended(JsonNode invocation, String requestId, Api api, Printer printer) {
        int code = InvocationText.exitCode(invocation, true);
        printer.note(printer.status(invocation.path("status").asString("?"))
                + InvocationText.line(invocation).replaceFirst("^[A-Z]+", ""));
        if (tail && InvocationText.hasEnded(invocation)) {
            printer.note(tailOf(api.send(Request.get(ApiPaths.invocation(requestId) + "/logs"))
                    .text()));
        }
        if (code == ExitCode.OK) {
            printer.one(invocation, Json.compact(invocation.path("result")));
            return code;
        }
        if (code == ExitCode.STILL_RUNNING) {
            printer.one(invocation, requestId);
            throw Failure.of(code, "request " + requestId + " has not ended yet; it goes on")
                    .next("millrace result " + requestId + " --wait");
        }
        if (!printer.isTable()) {
            printer.one(invocation, "");
        }
        String error = InvocationText.error(invocation);
        throw Failure.of(
                        code,
                        function + " ended as " + invocation.path("status").asString("")
                                + (error.isEmpty() ? "" : ": " + error))
                .next("millrace logs " + requestId);
    }

    /** The server waits for all that the function may take, unless told otherwise; this side a little longer. */
    private int synchronous(Api api, String path, Printer printer) {
        List<String> query = new ArrayList<>();
        wait.time().ifPresent(time -> query.add("wait=" + DurationText.of(time)));
        if (tail) {
            query.add("tail=true");
        }
        Request call = Request.post(query.isEmpty() ? path : path + "?" + String.join("&", query))
                .body("application/json", EventArgument.read(data, session.shell()))
                .patience(wait.time().map(BEYOND::plus).orElse(LONGEST));
        Answer answer = api.exchange(call);
        answer.header("Millrace-Request-Id").ifPresent(id -> printer.note("request " + id));
        answer.header("Millrace-Log-Result")
                .ifPresent(log -> printer.note(
                        new String(Base64.getDecoder().decode(log), StandardCharsets.UTF_8).stripTrailing()));
        if (answer.isRefusal()) {
            throw api.refusal(call, answer);
        }
        printer.one(answer.json(), answer.text().strip());
        return ExitCode.OK;
    }

    private static String tailOf(String log) {
        String text = log.stripTrailing();
        if (text.length() <= TAIL_BYTES) {
            return text;
        }
        int line = text.indexOf('\n', text.length() - TAIL_BYTES);
        return "…" + text.substring(line < 0 ? text.length() - TAIL_BYTES : line);
    }
}
