package dev.millrace.chaos.load;

import dev.millrace.chaos.journal.Answer;
import dev.millrace.chaos.journal.Lines;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Callers that wait: so many at each dispatcher, each with one synchronous call under way at any time. What is answered is on
 * the disk before the next call. Nothing is ever called again, whatever became of it.
 */
public final class Callers implements AutoCloseable {

    /** What a caller asks for with {@code ?wait=}. */
    private static final Duration WAIT = Duration.ofSeconds(20);

    /** Beyond it an answer has this long to come, on a machine that is busy with everything at once. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration AFTER_A_BROKEN_CONNECTION = Duration.ofMillis(500);

    private final Lines journal;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean over;

    /**
     * Begins.
     *
     * @param each how many call each dispatcher
     */
    public Callers(List<URI> doors, Lines journal, long seed, int each) {
        this.journal = journal;
        SplittableRandom random = new SplittableRandom(seed);
        for (int n = 0; n < doors.size() * each; n++) {
            URI door = doors.get(n % doors.size());
            String name = "caller" + seed + "-" + n + "-";
            SplittableRandom own = random.split();
            callers.execute(() -> callUntilOver(door, name, own));
        }
    }

    /** Calls no more and waits for the answers that are due. */
    @Override
    public void close() {
        over = true;
        callers.shutdown();
        try {
            if (!callers.awaitTermination(WAIT.plus(SLACK).toSeconds() + 5, TimeUnit.SECONDS)) {
                callers.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
    }

    private void callUntilOver(URI door, String name, SplittableRandom random) {
        try {
            for (int n = 1; !over; n++) {
                // One in fifty is long, so that whatever dies has some of them under way.
                int millis = random.nextInt(50) == 0 ? random.nextInt(2_000, 4_000) : random.nextInt(20, 150);
                call(door, name + n, Deed.shortRun(millis));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void call(URI door, String key, Deed deed) throws InterruptedException {
        journal.write(new Answer(key, System.currentTimeMillis(), Answer.CALLING, "", ""));
        HttpRequest request = HttpRequest.newBuilder(door.resolve(
                        "/v1/functions/" + TestFunction.NAME + "/invocations?wait=" + WAIT.toSeconds() + "s"))
                .header("Content-Type", "application/json")
                .timeout(WAIT.plus(SLACK))
                .POST(BodyPublishers.ofString(deed.event(key)))
                .build();
        Answer answer;
        try {
            answer = answer(key, http.send(request, BodyHandlers.ofString()));
        } catch (HttpTimeoutException e) {
            answer = new Answer(key, System.currentTimeMillis(), Answer.SILENCE, "", "");
        } catch (IOException e) {
            answer = new Answer(key, System.currentTimeMillis(), Answer.BROKEN, "", "");
        }
        journal.writeThrough(answer);
        if (answer.status() == Answer.BROKEN) {
            Thread.sleep(AFTER_A_BROKEN_CONNECTION);
        }
    }

    private static Answer answer(String key, HttpResponse<String> response) {
        String id = response.headers().firstValue("Millrace-Request-Id").orElse("");
        return new Answer(key, System.currentTimeMillis(), response.statusCode(), id, run(response));
    }

    private static String run(HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            return "";
        }
        try {
            return JSON.readTree(response.body()).path("run").asString("");
        } catch (JacksonException e) {
            return "(not JSON)"; // No run has that name, and the checker says so.
        }
    }
}
