package dev.millrace.benchmarks.limits;

import dev.millrace.benchmarks.report.Report;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;

/** How soon callers hear that there is no permit, while one event has the only one. */
final class Refusals {

    private static final int REFUSED = 432;
    private static final int WARM_UP = 200;
    private static final int CALLS = 1_000;
    private static final Duration OCCUPIED = Duration.ofSeconds(25);

    private final LimitedWork work;
    private final HttpRequest call;

    /** @param invocations where the function is called */
    Refusals(LimitedWork work, URI invocations) {
        this.work = work;
        this.call = HttpRequest.newBuilder(invocations)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    void addTo(Report report) throws IOException, InterruptedException {
        work.limit(1);
        work.occupy(OCCUPIED);
        long[] nanos = new long[CALLS];
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = -WARM_UP; i < CALLS; i++) {
                long began = System.nanoTime();
                HttpResponse<String> answer = client.send(call, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != REFUSED) {
                    throw new IllegalStateException("not refused: " + answer.statusCode() + " " + answer.body());
                }
                if (i >= 0) {
                    nanos[i] = System.nanoTime() - began;
                }
            }
        }
        work.drain();
        Arrays.sort(nanos);
        report.add("432 p50", "ms", nanos[CALLS / 2] / 1e6);
        report.add("432 p99", "ms", nanos[CALLS * 99 / 100] / 1e6);
        report.add("432 max", "ms", nanos[CALLS - 1] / 1e6);
    }
}
