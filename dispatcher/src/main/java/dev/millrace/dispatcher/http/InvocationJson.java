package dev.millrace.dispatcher.http;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.ColdStart;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.program.Json;
import dev.millrace.program.SeededBug;
import dev.millrace.redis.RunningRun;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/**
 * An invocation as the interface shows it. Every member is always there, {@code null} where there is nothing to say; only
 * {@code replayOf} appears on replays alone, {@code notBefore} on delayed ones that wait for their time. A result is copied as the function returned it, digit by digit.
 */
final class InvocationJson {

    private final RequestIdCodec requestIds;

    InvocationJson(RequestIdCodec requestIds) {
        this.requestIds = requestIds;
    }

    /** One invocation, result included. */
    String one(InvocationView view) {
        StringWriter text = new StringWriter(512);
        try (JsonGenerator json = Json.MAPPER.createGenerator(text)) {
            write(json, view, true);
        }
        return text.toString();
    }

    /** A page of invocations, without their results. */
    String page(List<InvocationView> views, @Nullable String nextCursor) {
        StringWriter text = new StringWriter(512 * (views.size() + 1));
        try (JsonGenerator json = Json.MAPPER.createGenerator(text)) {
            json.writeStartObject();
            json.writeArrayPropertyStart("items");
            views.forEach(view -> write(json, view, false));
            json.writeEndArray();
            text(json, "nextCursor", nextCursor);
            json.writeEndObject();
        }
        return text.toString();
    }

    private void write(JsonGenerator json, InvocationView view, boolean withResult) {
        Outcome outcome = view.outcome();
        boolean ended = view.hasEnded();
        json.writeStartObject();
        json.writeStringProperty("requestId", id(view.address()));
        json.writeStringProperty("function", view.trigger().function().name());
        json.writeStringProperty("namespace", view.trigger().function().namespace());
        json.writeStringProperty("version", outcome == null ? FunctionDefinition.LATEST : outcome.version());
        json.writeObjectPropertyStart("trigger");
        json.writeStringProperty("type", view.type().text());
        json.writeStringProperty("name", view.trigger().name());
        json.writeEndObject();
        json.writeStringProperty("status", view.status().name());
        text(json, "waitingFor", view.waitingFor());
        time(json, "acceptedAt", view.acceptedAt());
        if (!ended && outcome != null && outcome.attempts().isEmpty()) {
            time(json, "notBefore", outcome.notBefore());
        }
        time(json, "startedAt", startedAt(view));
        time(json, "endedAt", ended && outcome != null ? endedAt(outcome) : 0);
        json.writeArrayPropertyStart("attempts");
        if (outcome != null) {
            for (Attempt attempt : outcome.attempts()) {
                boolean isLast =
                        attempt.number() == outcome.attempts().getLast().number();
                boolean waits = isLast && !ended && outcome.notBefore() > 0;
                attempt(json, attempt, waits ? outcome.notBefore() : attempt.nextTryAt());
            }
        }
        if (view.running() != null && isAfterLast(view.running(), outcome)) {
            running(json, view.running());
        }
        json.writeEndArray();
        if (withResult) {
            result(json, outcome);
        }
        error(json, ended && outcome != null ? outcome.error() : null);
        time(json, "expiresAt", ended && outcome != null ? outcome.expiresAt() : 0);
        EventAddress replayOf = view.replayOf();
        if (replayOf != null) {
            json.writeStringProperty("replayOf", id(replayOf));
        }
        json.writeEndObject();
    }

    private String id(EventAddress address) {
        return requestIds.encode(address).toString();
    }

    private static long endedAt(Outcome outcome) {
        return SeededBug.END_CHANGES.on() ? System.currentTimeMillis() : outcome.endedAt();
    }

    private static long startedAt(InvocationView view) {
        Outcome outcome = view.outcome();
        if (outcome != null && !outcome.attempts().isEmpty()) {
            return outcome.attempts().getFirst().startedAt();
        }
        RunningRun running = view.running();
        return running == null ? 0 : running.startedAt();
    }

    /** The note of a run under way may outlive the run by a moment. */
    private static boolean isAfterLast(RunningRun running, @Nullable Outcome outcome) {
        return outcome == null
                || outcome.attempts().isEmpty()
                || outcome.attempts().getLast().number() < running.attempt();
    }

    static void attempt(JsonGenerator json, Attempt attempt) {
        attempt(json, attempt, attempt.nextTryAt());
    }

    /** @param nextTryAt later than the attempt itself says when its retry was held back since */
    private static void attempt(JsonGenerator json, Attempt attempt, long nextTryAt) {
        json.writeStartObject();
        json.writeNumberProperty("attempt", attempt.number());
        time(json, "startedAt", attempt.startedAt());
        time(json, "endedAt", attempt.endedAt());
        json.writeNumberProperty("durationMs", millis(attempt.durationMicros()));
        coldStart(json, attempt.coldStart());
        json.writeStringProperty("worker", attempt.worker());
        json.writeNumberProperty("memUsageBytes", attempt.memoryBytes());
        error(json, attempt.error());
        time(json, "nextTryAt", nextTryAt);
        json.writeEndObject();
    }

    private static void running(JsonGenerator json, RunningRun running) {
        json.writeStartObject();
        json.writeNumberProperty("attempt", running.attempt());
        time(json, "startedAt", running.startedAt());
        json.writeNullProperty("endedAt");
        json.writeNullProperty("durationMs");
        json.writeNullProperty("coldStart");
        json.writeStringProperty("worker", running.worker());
        json.writeNullProperty("memUsageBytes");
        json.writeNullProperty("error");
        json.writeNullProperty("nextTryAt");
        json.writeEndObject();
    }

    private static void coldStart(JsonGenerator json, @Nullable ColdStart coldStart) {
        if (coldStart == null) {
            json.writeNullProperty("coldStart");
            return;
        }
        json.writeObjectPropertyStart("coldStart");
        json.writeNumberProperty("totalMs", wholeMillis(coldStart.totalMicros()));
        json.writeNumberProperty("pullCodeMs", wholeMillis(coldStart.pullCodeMicros()));
        json.writeNumberProperty("initRuntimeMs", wholeMillis(coldStart.initRuntimeMicros()));
        json.writeNumberProperty("initFunctionMs", wholeMillis(coldStart.initFunctionMicros()));
        json.writeEndObject();
    }

    static void error(JsonGenerator json, @Nullable AttemptError error) {
        if (error == null) {
            json.writeNullProperty("error");
            return;
        }
        json.writeObjectPropertyStart("error");
        json.writeNumberProperty("code", error.code());
        json.writeStringProperty("type", error.type());
        json.writeStringProperty("message", error.text());
        json.writeStringProperty("stackTrace", error.stackTrace());
        json.writeEndObject();
    }

    private static void result(JsonGenerator json, @Nullable Outcome outcome) {
        if (outcome == null || outcome.result().length == 0) {
            json.writeNullProperty("result");
            return;
        }
        byte[] result = outcome.result();
        String text = new String(result, StandardCharsets.UTF_8);
        json.writeName("result");
        if (isJson(result)) {
            json.writeRawValue(text);
        } else {
            json.writeString(text); // Not from a worker of ours; shown rather than allowed to break the document.
        }
    }

    static boolean isJson(byte[] bytes) {
        try (JsonParser parser = Json.MAPPER.createParser(bytes)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }

    static void text(JsonGenerator json, String name, @Nullable String value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, value);
        }
    }

    static void time(JsonGenerator json, String name, long epochMillis) {
        if (epochMillis == 0) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, Timestamps.of(epochMillis));
        }
    }

    private static BigDecimal millis(long micros) {
        return BigDecimal.valueOf(micros, 3).stripTrailingZeros();
    }

    private static long wholeMillis(long micros) {
        return (micros + 500) / 1000;
    }
}
