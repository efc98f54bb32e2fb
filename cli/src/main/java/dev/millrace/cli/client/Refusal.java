package dev.millrace.cli.client;

import dev.millrace.cli.json.Json;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Turns a problem document into what a person is told and a script can tell by the exit code. Pure. */
final class Refusal {

    private Refusal() {}

    static Failure of(Request request, Answer answer) {
        JsonNode problem = problem(answer);
        Failure failure = Failure.of(exitCode(answer.status(), problem), detail(request, answer, problem));
        List<String> mistakes = mistakes(problem);
        if (mistakes.size() > 1) {
            failure = Failure.of(failure.exitCode(), problem.path("title").asString("There are mistakes"))
                    .with(mistakes);
        }
        String next = next(request, answer, problem);
        return next.isEmpty() ? failure : failure.next(next);
    }

    /** The numbers of {@code api.md}; 430 to 449 are SCF's, for a function that failed. */
    static int exitCode(int status, JsonNode problem) {
        return switch (status) {
            case 401, 403 -> ExitCode.NOT_ALLOWED;
            case 404, 410 -> ExitCode.NOT_FOUND;
            case 429, 432, 449 -> ExitCode.THROTTLED;
            // Not built yet: trying again is as useless as with any other command that is wrong.
            case 501 -> ExitCode.USAGE;
            case 504 -> problem.path("requestId").isString() ? ExitCode.STILL_RUNNING : ExitCode.UNAVAILABLE;
            default -> {
                if (problem.path("type").asString("").equals("function-failed") || (status >= 430 && status < 450)) {
                    yield ExitCode.FUNCTION_FAILED;
                }
                yield status < 500 ? ExitCode.USAGE : ExitCode.UNAVAILABLE;
            }
        };
    }

    private static JsonNode problem(Answer answer) {
        try {
            return Json.read(answer.body());
        } catch (JacksonException e) {
            return MissingNode.getInstance(); // A proxy's page: the status alone is told.
        }
    }

    private static String detail(Request request, Answer answer, JsonNode problem) {
        String detail = problem.path("detail").asString("");
        if (detail.isEmpty()) {
            detail = problem.path("errorMessage").asString("");
        }
        return detail.isEmpty()
                ? "the server answered " + answer.status() + " to " + request.method() + " " + request.path()
                : detail;
    }

    private static List<String> mistakes(JsonNode problem) {
        List<String> mistakes = new ArrayList<>();
        for (JsonNode mistake : problem.path("mistakes")) {
            String path = mistake.path("path").asString("");
            String text = mistake.path("text").asString("");
            mistakes.add(path.isEmpty() ? text : path + ": " + text);
        }
        return mistakes;
    }

    private static String next(Request request, Answer answer, JsonNode problem) {
        String requestId = problem.path("requestId").asString("");
        switch (problem.path("type").asString("")) {
            case "function-failed", "worker-lost" -> {
                return "millrace logs " + requestId;
            }
            case "sync-wait-ended" -> {
                return "millrace result " + requestId + " --wait";
            }
            default -> {
                // The status alone decides.
            }
        }
        return switch (answer.status()) {
            case 401, 403 -> "give a key of this installation by --api-key, MILLRACE_API_KEY or config.yaml";
            case 404 -> whereToLook(request.path());
            case 429, 432 -> after(answer) + "millrace queue list";
            case 503, 504 -> after(answer) + "millrace doctor";
            case 500, 502 -> "millrace doctor";
            default -> "";
        };
    }

    private static String after(Answer answer) {
        return answer.header("Retry-After")
                .map(seconds -> "try again in " + seconds + " s, or look at ")
                .orElse("");
    }

    /** What lists the things of which one was not found. */
    private static String whereToLook(String path) {
        if (path.startsWith("/v1/invocations/")) {
            return "look at the request ID again; results are kept for the function's results.ttl";
        }
        if (path.startsWith("/v1/workers/")) {
            return "millrace workers list";
        }
        if (path.contains("/dead-letters")) {
            return "millrace dlq list";
        }
        return path.contains("/triggers/") ? "millrace trigger list" : "millrace fn list";
    }
}
