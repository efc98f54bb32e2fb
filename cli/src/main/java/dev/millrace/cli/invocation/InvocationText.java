package dev.millrace.cli.invocation;

import dev.millrace.cli.json.Json;
import dev.millrace.cli.output.Ago;
import dev.millrace.cli.output.Column;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.contract.Status;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;

/** An invocation of the HTTP interface, read for a person and for the exit code. Pure. */
public final class InvocationText {

    private InvocationText() {}

    static boolean hasEnded(JsonNode invocation) {
        return status(invocation).map(Status::isTerminal).orElse(false);
    }

    private static java.util.Optional<Status> status(JsonNode invocation) {
        String name = invocation.path("status").asString("");
        for (Status status : Status.values()) {
            if (status.name().equals(name)) {
                return java.util.Optional.of(status);
            }
        }
        return java.util.Optional.empty();
    }

    /**
     * What a command that shows this invocation ends with.
     *
     * @param waited whether the command was to wait for the end
     */
    static int exitCode(JsonNode invocation, boolean waited) {
        return status(invocation)
                .map(status -> switch (status) {
                    case SUCCEEDED, DUPLICATE -> ExitCode.OK;
                    case FAILED, EXPIRED, DEAD, CANCELLED -> ExitCode.FUNCTION_FAILED;
                    case QUEUED, RUNNING, RETRYING -> waited ? ExitCode.STILL_RUNNING : ExitCode.OK;
                })
                .orElse(ExitCode.UNAVAILABLE);
    }

    /** One line: how it stands. */
    public static String line(JsonNode invocation) {
        StringBuilder line = new StringBuilder(invocation.path("status").asString("?"));
        JsonNode attempts = invocation.path("attempts");
        if (attempts.size() > 1) {
            line.append(", attempt ").append(attempts.size());
        }
        if (!attempts.isEmpty()) {
            JsonNode last = attempts.get(attempts.size() - 1);
            if (last.path("durationMs").isNumber()) {
                line.append(", ").append(last.path("durationMs").asString()).append(" ms");
            }
            JsonNode cold = last.path("coldStart").path("totalMs");
            if (cold.isNumber()) {
                line.append(" after a cold start of ").append(cold.asString()).append(" ms");
            }
        }
        if (invocation.path("waitingFor").isString()) {
            line.append(", waits for: ").append(invocation.path("waitingFor").stringValue());
        }
        return line.toString();
    }

    /** Why it failed; empty when it has not. */
    public static String error(JsonNode invocation) {
        JsonNode error = invocation.path("error");
        return error.isObject()
                ? error.path("code").asString("") + " " + error.path("type").asString("") + ": "
                        + error.path("message").asString("")
                : "";
    }

    /** Everything that a person wants to know, by name. */
    static SequencedMap<String, String> facts(JsonNode invocation, Instant now) {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        JsonNode trigger = invocation.path("trigger");
        facts.put("Request", invocation.path("requestId").asString(""));
        facts.put(
                "Function",
                invocation.path("function").asString("") + " "
                        + invocation.path("version").asString(""));
        facts.put(
                "Trigger",
                trigger.path("name").asString("") + " (" + trigger.path("type").asString("") + ")");
        facts.put("Status", line(invocation));
        facts.put("Accepted", Ago.of(invocation.path("acceptedAt"), now));
        if (invocation.path("startedAt").isString()) {
            facts.put("Started", Ago.of(invocation.path("startedAt"), now));
        }
        if (invocation.path("endedAt").isString()) {
            facts.put("Ended", Ago.of(invocation.path("endedAt"), now));
        }
        JsonNode attempts = invocation.path("attempts");
        JsonNode nextTry = attempts.isEmpty()
                ? attempts.path(0)
                : attempts.get(attempts.size() - 1).path("nextTryAt");
        if (nextTry.isString()) {
            facts.put("Next try", Ago.of(nextTry, now));
        }
        if (invocation.path("notBefore").isString()) {
            facts.put("Not before", Ago.of(invocation.path("notBefore"), now));
        }
        if (!error(invocation).isEmpty()) {
            facts.put("Error", error(invocation));
        }
        if (hasEnded(invocation)) {
            facts.put(
                    "Result",
                    Column.text(invocation.path("result")).equals("-")
                            ? "null"
                            : Json.compact(invocation.path("result")));
        }
        return facts;
    }
}
