package dev.millrace.cli.invocation;

import dev.millrace.cli.client.Answer;
import dev.millrace.cli.client.Api;
import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.client.Request;
import dev.millrace.contract.DurationText;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/**
 * Waits for the end of an invocation. The server is who waits, for less than a minute at a time; it is asked again until
 * the whole time is over.
 */
public final class Waiting {

    private static final Duration SLICE = Duration.ofSeconds(45);
    private static final Duration BEYOND = Duration.ofSeconds(15);

    /** A server that does not wait, for whatever reason, is not asked more often than this. */
    private static final Duration LEAST_INTERVAL = Duration.ofMillis(500);

    private static final Duration WHILE_REBUILDING = Duration.ofSeconds(1);

    private final Api api;
    private final String requestId;

    public Waiting(Api api, String requestId) {
        this.api = api;
        this.requestId = requestId;
    }

    /** The invocation as it is when it has ended or the time is over, whichever comes first. */
    public JsonNode atMost(Duration time) throws InterruptedException {
        long asked = System.nanoTime();
        long deadline = asked + time.toNanos();
        while (true) {
            long left = deadline - asked;
            Request request = request(left);
            Answer answer = api.exchange(request);
            boolean later =
                    answer.status() == 503 && answer.header("Retry-After").isPresent();
            if (answer.isRefusal() && !(later && left > 0)) {
                throw api.refusal(request, answer);
            }
            if (!later) {
                JsonNode invocation = answer.json();
                if (InvocationText.hasEnded(invocation) || System.nanoTime() >= deadline) {
                    return invocation;
                }
            }
            pause(asked, deadline, later ? WHILE_REBUILDING : LEAST_INTERVAL);
            asked = System.nanoTime();
        }
    }

    private Request request(long nanosLeft) {
        String path = ApiPaths.invocation(requestId);
        if (nanosLeft <= 0) {
            return Request.get(path);
        }
        Duration slice = Duration.ofMillis(Math.min(SLICE.toMillis(), Math.ceilDiv(nanosLeft, 1_000_000)));
        return Request.get(path + "?wait=" + DurationText.of(slice)).patience(slice.plus(BEYOND));
    }

    private static void pause(long asked, long deadline, Duration interval) throws InterruptedException {
        long nanos = Math.min(asked + interval.toNanos(), deadline) - System.nanoTime();
        if (nanos > 0) {
            Thread.sleep(Duration.ofNanos(nanos));
        }
    }
}
