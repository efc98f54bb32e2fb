package dev.millrace.cli.endtoend;

import dev.millrace.cli.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.JsonNode;

/** A client of the HTTP interface that has many requests under way. Thread-safe. */
final class Caller implements AutoCloseable {

    private static final int AT_ONCE = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    /** An answer. */
    record Answer(int status, String body) {
        JsonNode json() {
            return Json.read(body);
        }
    }

    Answer get(URI base, String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(base.resolve(path)).GET());
    }

    Answer post(URI base, String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", "application/json")
                .header("Prefer", "respond-async")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Hands an event in, again when the server says that it could not store it; the request ID. */
    String invoke(URI base, String function, String event) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Answer answer;
        do {
            answer = post(base, "/v1/functions/" + function + "/invocations", event);
        } while (answer.status() == 503 && System.nanoTime() < deadline);
        if (answer.status() != 202) {
            throw new AssertionError("not accepted: " + answer);
        }
        return answer.json().path("requestId").asString();
    }

    /** The invocation when it has ended. While Redis is being filled again the server asks to come back. */
    JsonNode ended(URI base, String requestId) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.multipliedBy(2).toNanos();
        Answer answer;
        do {
            answer = get(base, "/v1/invocations/" + requestId + "?wait=20s");
        } while (answer.status() == 503 && System.nanoTime() < deadline);
        if (answer.status() != 200) {
            throw new AssertionError(requestId + ": " + answer);
        }
        return answer.json();
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    /** Something that is done for each of many numbers. */
    interface Each {
        void accept(int n) throws Exception;
    }

    /** Does it for 0 to {@code count - 1}, many at once. */
    static void forEach(int count, Each each) throws Exception {
        Semaphore free = new Semaphore(AT_ONCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> done = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                int n = i;
                done.add(threads.submit(() -> {
                    free.acquire();
                    try {
                        each.accept(n);
                    } finally {
                        free.release();
                    }
                    return null;
                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
