package dev.millrace.chaos.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The public API, through any of the dispatchers. Thread-safe. */
final class PublicApi implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration AUDIT_PATIENCE = Duration.ofMinutes(3);

    /** A Redis that was emptied last is written again meanwhile; what is lost stays lost however often one asks. */
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    private static final Duration BETWEEN_AUDITS = Duration.ofSeconds(2);
    private static final Set<String> TERMINAL =
            Set.of("SUCCEEDED", "FAILED", "EXPIRED", "DEAD", "CANCELLED", "DUPLICATE");

    private final List<URI> doors;
    private final AtomicInteger turn = new AtomicInteger();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    PublicApi(List<URI> doors) {
        this.doors = List.copyOf(doors);
    }

    /** The terminal state of a request; empty when it has none, or nobody answers now. */
    Optional<Ended> ended(String id) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(door().resolve("/v1/invocations/" + id))
                .timeout(PATIENCE)
                .build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            return answer.statusCode() == 200 ? ended(id, answer.body()) : Optional.empty();
        } catch (IOException | JacksonException e) {
            // A dispatcher that is being killed; the question will be asked again.
            return Optional.empty();
        }
    }

    /** What the last answer about a request was, in words, for a request that has not ended. */
    String state(String id) throws InterruptedException {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(door().resolve("/v1/invocations/" + id))
                            .timeout(PATIENCE)
                            .build(),
                    BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        } catch (IOException e) {
            return "no answer: " + e;
        }
    }

    static Optional<Ended> ended(String id, String body) {
        JsonNode invocation = JSON.readTree(body);
        String status = invocation.path("status").asString("");
        if (!TERMINAL.contains(status)) {
            return Optional.empty();
        }
        return Optional.of(new Ended(
                id,
                status,
                invocation.path("attempts").size(),
                invocation.path("result").path("run").asString(""),
                invocation.path("error").path("type").asString(""),
                hash(body)));
    }

    private static String hash(String body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(UTF_8)), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The books, by {@code POST /v1/audit} of whichever dispatcher answers. */
    Books books() throws InterruptedException {
        Books books = Books.missing("nobody was asked");
        long deadline = System.nanoTime() + RECOVERY.toNanos();
        do {
            books = booksOf(door());
            if (books.wrong().isEmpty()) {
                return books;
            }
            Thread.sleep(BETWEEN_AUDITS);
        } while (System.nanoTime() < deadline);
        return books;
    }

    private Books booksOf(URI door) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(door.resolve("/v1/audit"))
                .POST(BodyPublishers.noBody())
                .timeout(AUDIT_PATIENCE)
                .build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            return answer.statusCode() == 200
                    ? Books.of(JSON.readTree(answer.body()))
                    : Books.missing(answer.statusCode() + " " + answer.body());
        } catch (IOException | JacksonException e) {
            return Books.missing(e.toString());
        }
    }

    private URI door() {
        return doors.get(Math.floorMod(turn.getAndIncrement(), doors.size()));
    }

    @Override
    public void close() {
        http.close();
    }
}
