package dev.millrace.cli.endtoend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.json.Json;
import dev.millrace.cli.trigger.CosNotification;
import dev.millrace.contract.Status;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One dispatcher, two adapters and three workers; 20,000 events of three functions. On the way one worker is killed and
 * Redis forgets everything.
 */
@RealBackends
class TwentyThousandEventsIT {

    private static final int JAVA_CALLS = 10_000;
    private static final int PYTHON_CALLS = 5_000;
    private static final int NOTIFICATIONS = 500;
    private static final int OBJECTS_EACH = 10;
    private static final int ALL = JAVA_CALLS + PYTHON_CALLS + NOTIFICATIONS * OBJECTS_EACH;

    /** A worker that is killed has at most so much under way that may run once more. */
    private static final int MOST_SECOND_RUNS = ALL / 20;

    private static final String PYTHON = """
            def main_handler(event, context):
                print("n", event["n"])
                return {"n": event["n"]}
            """;

    private static final String NODE = """
            exports.main_handler = async (event) => {
              const n = event.Records[0].cos.cosObject.size;
              console.log(`n ${n}`);
              return { n };
            };
            """;

    @TempDir
    Path scratch;

    private final KafkaSpace kafka;

    /** What was promised to run, by request ID: the number that the function is to return. */
    private final Map<String, Integer> accepted = new ConcurrentHashMap<>();

    TwentyThousandEventsIT(KafkaSpace kafka) {
        this.kafka = kafka;
    }

    @Test
    @Timeout(300)
    void everyAcceptedEventEndsOnceAndResultsAndLogsOutliveAKilledWorkerAndAFlushedRedis() throws Exception {
        try (Fleet fleet = new Fleet(kafka, scratch);
                Caller caller = new Caller()) {
            OwnProcess dispatcher = fleet.dispatcher();
            List<OwnProcess> adapters = List.of(fleet.adapters(), fleet.adapters());
            OwnProcess survivor = fleet.worker();
            OwnProcess victim = fleet.worker();
            OwnProcess javaWorker = fleet.javaWorker();
            URI api = dispatcher.awaitReady();
            deploy(fleet, api);
            List<URI> doors =
                    List.of(adapters.getFirst().awaitReady(), adapters.getLast().awaitReady());
            for (OwnProcess worker : List.of(survivor, victim, javaWorker)) {
                worker.awaitReady();
            }

            AtomicInteger handedIn = new AtomicInteger();
            Caller.forEach(JAVA_CALLS + PYTHON_CALLS + NOTIFICATIONS, n -> {
                handIn(n, caller, api, doors.get(n % 2));
                switch (handedIn.incrementAndGet()) {
                    case 5_000 -> victim.kill();
                    case 10_000 -> flush(fleet.redis().port());
                    default -> {
                        // Nothing happens.
                    }
                }
            });

            assertThat(accepted).hasSize(ALL);
            judgeTheLog(fleet);
            readEverything(caller, api);
        }
    }

    private void deploy(Fleet fleet, URI api) throws Exception {
        fleet.deploy(api, "{name: java, runtime: java}", "", "");
        fleet.deploy(api, "{name: python, runtime: python3, handler: index.main_handler}", "index.py", PYTHON);
        String trigger = "{name: photos, type: cos, bucket: photos, events: ['cos:ObjectCreated:*']}";
        fleet.deploy(
                api,
                "{name: node, runtime: nodejs, handler: index.main_handler, triggers: [" + trigger + "]}",
                "index.js",
                NODE);
    }

    /** Of 31 in a row one is a notification, ten call the Python function, twenty the Java function. */
    private void handIn(int n, Caller caller, URI api, URI door) throws Exception {
        int kind = n % 31;
        if (kind == 0) {
            notify(n, caller, door);
        } else {
            String function = kind % 3 == 1 ? "python" : "java";
            accepted.put(caller.invoke(api, function, "{\"n\":" + n + "}"), n);
        }
    }

    private void notify(int n, Caller caller, URI door) throws IOException, InterruptedException {
        ObjectNode notification = Json.object();
        ArrayNode records = notification.putArray("Records");
        for (int i = 0; i < OBJECTS_EACH; i++) {
            int size = n * OBJECTS_EACH + i + 1;
            records.add(CosNotification.of("photos", "p" + size, "cos:ObjectCreated:Put", size, size, Instant.now())
                    .path("Records")
                    .get(0));
        }
        Caller.Answer answer = caller.post(door, "/v1/cos/notifications", Json.compact(notification));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode stored = answer.json().path("stored");
        for (int i = 0; i < OBJECTS_EACH; i++) {
            accepted.put(stored.path(i).path("requestId").asString(), n * OBJECTS_EACH + i + 1);
        }
    }

    private void judgeTheLog(Fleet fleet) throws Exception {
        try (OutcomeLog log = new OutcomeLog(fleet.kafka())) {
            Eventually.within(Duration.ofMinutes(2), () -> log.ended() + " of " + ALL + " events have ended", () -> {
                log.read();
                return log.ended() >= ALL;
            });
            int secondRuns = 0;
            for (String requestId : accepted.keySet()) {
                List<Status> outcomes = log.of(requestId);
                assertThat(outcomes).as(requestId).isNotEmpty().containsOnly(Status.SUCCEEDED);
                secondRuns += outcomes.size() - 1;
            }
            assertThat(log.ended()).isEqualTo(ALL);
            assertThat(secondRuns).as("events run again after the kill").isLessThanOrEqualTo(MOST_SECOND_RUNS);
        }
    }

    private void readEverything(Caller caller, URI api) throws Exception {
        List<String> requestIds = List.copyOf(accepted.keySet());
        Caller.forEach(requestIds.size(), i -> {
            String requestId = requestIds.get(i);
            int n = accepted.getOrDefault(requestId, -1);
            JsonNode invocation = caller.ended(api, requestId);
            assertThat(invocation.path("status").asString()).as(requestId).isEqualTo("SUCCEEDED");
            assertThat(invocation.path("result").path("n").asInt())
                    .as(requestId)
                    .isEqualTo(n);
            assertThat(caller.get(api, "/v1/invocations/" + requestId + "/logs").body())
                    .as(requestId)
                    .contains("n " + n);
        });
    }

    private static void flush(int port) throws IOException {
        try (Socket redis = new Socket(InetAddress.getLoopbackAddress(), port)) {
            redis.getOutputStream().write("FLUSHALL\r\n".getBytes(US_ASCII));
            assertThat(new String(redis.getInputStream().readNBytes(5), US_ASCII))
                    .isEqualTo("+OK\r\n");
        }
    }
}
