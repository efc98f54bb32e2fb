package dev.millrace.cli.program;

import dev.millrace.cli.client.Api;
import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.function.Deployment;
import dev.millrace.cli.invocation.Waiting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import dev.millrace.cli.source.FunctionFile;
import dev.millrace.cli.trigger.CosNotification;
import dev.millrace.contract.FunctionRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The way of four events, by the public interface alone: a call that is answered, one that is queued, a new object in a
 * bucket, the tick of a timer. Each is followed to its end and shown.
 */
final class Tour {

    private static final List<String> EXAMPLES = List.of("hello", "thumbnail-index", "nightly-report");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    /** How far ahead the timer's one tick is: the shortest time in which a schedule is surely known everywhere. */
    private static final Duration AHEAD = Duration.ofSeconds(2);

    /** SCF: second, minute, hour, day, month, weekday, year. */
    private static final DateTimeFormatter ONCE = DateTimeFormatter.ofPattern("s m H d M '*' uuuu", Locale.ROOT);

    private final Api api;
    private final Path examples;
    private final Narrator narrator;
    private final InstantSource clock;

    Tour(Api api, Path examples, Narrator narrator, InstantSource clock) {
        this.api = api;
        this.examples = examples;
        this.narrator = narrator;
        this.clock = clock;
    }

    /**
     * Goes all the way.
     *
     * @return whether every event ended well
     * @throws Failure when the server refuses something
     */
    boolean run() throws IOException, InterruptedException {
        narrator.begin("deploying " + String.join(", ", EXAMPLES));
        for (String example : EXAMPLES) {
            new Deployment(api, FunctionFile.read(examples.resolve(example), clock.instant())).put();
        }
        narrator.done();

        narrator.begin("calling hello, sending it an event, an object notification and a timer's tick");
        String timer = setTimer();
        String answered = answeredCall();
        String call = call();
        String notification = notification();
        String tick = tick(timer);
        narrator.done();

        boolean answeredEnded = follow("A call that was answered: POST /v1/functions/hello/invocations", answered);
        boolean callEnded = follow("One that was queued: the same with Prefer: respond-async", call);
        boolean notificationEnded = follow("A new object: photos/in/cat.jpg", notification);
        boolean tickEnded = follow("A timer's tick: nightly-report", tick);
        return answeredEnded && callEnded && notificationEnded && tickEnded;
    }

    /** The answer is what the function returned; who called it keeps its request ID like any other. */
    private String answeredCall() {
        ObjectNode event = Json.object().put("name", "Grace");
        return api.send(Request.post(function("hello") + "/invocations").json(event))
                .header("Millrace-Request-Id")
                .orElse("");
    }

    private String call() {
        ObjectNode event = Json.object().put("name", "Ada");
        return api.send(Request.post(function("hello") + "/invocations")
                        .header("Prefer", "respond-async")
                        .json(event))
                .json()
                .path("requestId")
                .asString("");
    }

    private String notification() {
        ObjectNode notification =
                CosNotification.of("photos", "in/cat.jpg", "cos:ObjectCreated:Put", 48_213, 1, clock.instant());
        JsonNode answer = api.send(Request.post("/v1/cos/notifications").json(notification))
                .json();
        return answer.path("stored").path(0).path("requestId").asString("");
    }

    /** The example's own timer waits for the night; this one fires once, in a moment. */
    private String setTimer() {
        ZonedDateTime tick = clock.instant()
                .plus(AHEAD)
                .truncatedTo(ChronoUnit.SECONDS)
                .plusSeconds(1)
                .atZone(ZoneOffset.UTC);
        ObjectNode timer = Json.object()
                .put("type", "timer")
                .put("cron", ONCE.format(tick))
                .put("timezone", "UTC")
                .put("message", "a first look");
        api.send(Request.put(function("nightly-report") + "/triggers/in-a-moment")
                .json(timer));
        return "in-a-moment";
    }

    /** The request ID of the timer's invocation: nobody called, so nobody was told. */
    private String tick(String timer) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode recent = api.send(Request.get(function("nightly-report") + "/invocations"))
                    .json();
            for (JsonNode invocation : recent.path("items")) {
                if (invocation.path("trigger").path("name").asString("").equals(timer)) {
                    return invocation.path("requestId").asString("");
                }
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
        throw Failure.of(ExitCode.STILL_RUNNING, "the timer has not fired within " + PATIENCE.toSeconds() + " s");
    }

    private boolean follow(String title, String requestId) throws InterruptedException {
        JsonNode invocation = new Waiting(api, requestId).atMost(PATIENCE);
        String log = api.send(
                        Request.get(ApiPaths.invocation(requestId) + "/logs").header("Accept", "text/plain"))
                .text();
        narrator.show(title, invocation, log);
        return invocation.path("status").asString("").equals("SUCCEEDED")
                && !invocation.path("result").isNull();
    }

    private static String function(String name) {
        return ApiPaths.function(FunctionRef.DEFAULT_NAMESPACE, name);
    }
}
