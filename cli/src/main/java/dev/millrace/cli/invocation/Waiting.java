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
final class Waiting {

    private static final Duration SLICE = Duration.ofSeconds(45);
    private static final Duration BEYOND = Duration.ofSeconds(15);

    /** A server that does not wait, for whatever reason, is not asked more often than this. */
    private static final Duration LEAST_INTERVAL = Duration.ofMillis(500);

    private final Api api;
    private final String requestId;

    Waiting(Api api, String requestId) {
        this.api = api;
        this.requestId = requestId;
    }

    /** The invocation as it is when it has ended or the time is over, whichever comes first. */
    JsonNode atMost(Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        while (true) {
            long started = System.nanoTime();
            Duration left = Duration.ofNanos(Math.max(0, deadline - started));
            Duration slice = left.compareTo(SLICE) < 0 ? left : SLICE;
            Request request = request(slice);
            Answer answer = api.exchange(request);
            boolean later = answer.status() == 503 && answer.header("Retry-After").isPresent();
            if (answer.isRefusal() && !(later && left.isPositive())) {
                throw api.refusal(request, answer);
            }
            if (!later) {
                JsonNode invocation = answer.json();
                if (InvocationText.hasEnded(invocation) || deadline - System.nanoTime() <= 0) {
                    return invocation;
                }
            }
            pause(started, deadline, later ? Duration.ofSeconds(1) : LEAST_INTERVAL);
        }
    }

    private Request request(Duration slice) {
        String path = ApiPaths.invocation(requestId);
        return slice.isPositive()
                ? Request.get(path + "?wait=" + DurationText.of(slice.plusMillis(1).truncatedTo(java.time.temporal.ChronoUnit.MILLIS)))
                        .patience(slice.plus(BEYOND))
                : Request.get(path);
    }

    private static void pause(long started, long deadline, Duration interval) throws InterruptedException {
        long now = System.nanoTime();
        long nanos = Math.min(started + interval.toNanos(), deadline) - now;
        if (nanos > 0) {
            Thread.sleep(Duration.ofNanos(nanos));
        }
    }
}
