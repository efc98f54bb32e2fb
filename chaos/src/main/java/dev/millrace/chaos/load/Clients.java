package dev.millrace.chaos.load;

import dev.millrace.chaos.journal.Call;
import dev.millrace.chaos.journal.Lines;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.json.JsonMapper;

/**
 * Clients of the cluster. Each call goes to any dispatcher. What is answered is on the disk before anything is made of it.
 * A call whose fate is unknown is repeated with the same idempotency key for as long as it takes; one that was refused
 * for the moment is given up, so that the checker can see whether it runs all the same, or is sent anew under another key.
 * Thread-safe.
 */
public final class Clients implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(8);
    private static final Duration REPEAT_PATIENCE = Duration.ofMinutes(2);
    private static final Duration BETWEEN_REPEATS = Duration.ofMillis(250);

    private final List<URI> doors;
    private final Lines journal;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final AtomicLong lastAccepted = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final boolean keysAreKnown;

    /**
     * @param doors the dispatchers
     * @param keysAreKnown whether they take idempotency keys; otherwise calls of unknown fate are not repeated
     */
    public Clients(List<URI> doors, Lines journal, boolean keysAreKnown) {
        this.doors = List.copyOf(doors);
        this.journal = journal;
        this.keysAreKnown = keysAreKnown;
    }

    /** Whether a dispatcher takes idempotency keys: it is asked to refuse a call that has one for another reason. */
    public static boolean keysAreKnown(URI door) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        door.resolve("/v1/functions/" + TestFunction.NAME + "/invocations"))
                .header("Prefer", "respond-async")
                .header("Idempotency-Key", "probe")
                .timeout(ANSWER_PATIENCE)
                .POST(BodyPublishers.ofString("{"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString()).statusCode() == 400;
        }
    }

    /** Sends an event and sees to it until its fate is known or the patience is over; the last answer. */
    public Call call(String key, Deed deed) throws InterruptedException {
        long deadline = System.nanoTime() + REPEAT_PATIENCE.toNanos();
        SplittableRandom doorOf = new SplittableRandom(key.hashCode());
        while (true) {
            Call answer = once(key, deed, doors.get(doorOf.nextInt(doors.size())));
            boolean unknown = !answer.accepted() && !answer.refused();
            if (!unknown || !keysAreKnown || System.nanoTime() > deadline) {
                return answer;
            }
            Thread.sleep(BETWEEN_REPEATS.plusMillis(ThreadLocalRandom.current().nextInt(250)));
        }
    }

    private Call once(String key, Deed deed, URI door) throws InterruptedException {
        long delay = deed.delay().toMillis();
        journal.write(new Call(key, deed.expected(), System.currentTimeMillis(), Call.SENT, "", delay));
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        door.resolve("/v1/functions/" + TestFunction.NAME + "/invocations"))
                .header("Content-Type", "application/json")
                .header("Prefer", "respond-async")
                .timeout(ANSWER_PATIENCE)
                .POST(BodyPublishers.ofString(deed.event(key)));
        if (keysAreKnown) {
            request.header("Idempotency-Key", key);
        }
        if (delay > 0) {
            request.header("Millrace-Delay", deed.delay().toSeconds() + "s");
        }
        int status;
        String id = "";
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            status = response.statusCode();
            if (status == 202) {
                id = JSON.readTree(response.body()).path("requestId").asString("");
            }
        } catch (IOException e) {
            status = Call.NO_ANSWER;
        }
        Call answer = new Call(key, deed.expected(), System.currentTimeMillis(), status, id, delay);
        journal.writeThrough(answer);
        if (answer.accepted()) {
            lastAccepted.set(System.currentTimeMillis());
            accepted.incrementAndGet();
        }
        return answer;
    }

    /** How many were accepted. */
    public long accepted() {
        return accepted.get();
    }

    /** When the latest was accepted, milliseconds since 1970. */
    public long lastAccepted() {
        return lastAccepted.get();
    }

    @Override
    public void close() {
        http.close();
    }
}
