package dev.millrace.benchmarks.latency;

import dev.millrace.benchmarks.stage.Events;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;

/** One stretch of steady load on the HTTP front door, over connections that are kept open. */
final class HttpRound {

    private static final int ACCEPTED = 202;

    private final HttpClient client;
    private final URI invocations;
    private final int bytes;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Times accepted = new Times();
    private final Phaser open = new Phaser(1);
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    HttpRound(HttpClient client, URI invocations, int bytes) {
        this.client = client;
        this.invocations = invocations;
        this.bytes = bytes;
    }

    /** Returns how long each took until its 202 was here, once all are answered. */
    Times run(Pace pace) {
        pace.run(this::send);
        open.arriveAndAwaitAdvance();
        return accepted;
    }

    /** Throws when an event was refused. */
    void requireAllAccepted() {
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.size() + " events were not accepted: " + failures.peek());
        }
    }

    private void send(int number, long due) {
        HttpRequest request = HttpRequest.newBuilder(invocations)
                .header("Prefer", "respond-async")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Events.json(number, bytes, random)))
                .build();
        open.register();
        var _ = client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).whenComplete((answer, failure) -> {
            if (failure != null) {
                failures.add(failure.toString());
            } else if (answer.statusCode() != ACCEPTED) {
                failures.add(answer.statusCode() + " " + answer.body());
            } else {
                accepted.doneNow(due);
            }
            open.arriveAndDeregister();
        });
    }
}
