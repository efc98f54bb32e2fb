package dev.millrace.dispatcher.accept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.dispatcher.RunningDispatcher;
import dev.millrace.embedded.fault.FaultProxy;
import dev.millrace.program.Backends;
import dev.millrace.program.Json;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A queue never holds more than its limit; what is refused is not there. */
@RealBackends
class QueueLimitIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void aFullQueueIsTheCallersToWaitFor(KafkaSpace kafka, RedisSpace redis) throws Exception {
        try (RunningDispatcher dispatcher = new RunningDispatcher(kafka, redis)) {
            put(dispatcher, "single", 3);
            List<String> accepted = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                accepted.add(dispatcher.accept("single", "1"));
            }
            HttpResponse<String> keyed = keyed(dispatcher, "first");
            assertThat(keyed.statusCode()).isEqualTo(202);

            HttpResponse<String> full = dispatcher.invoke("single", "1");

            assertThat(full.statusCode()).as(full.body()).isEqualTo(429);
            assertThat(full.headers().firstValue("Retry-After")).isPresent();
            JsonNode problem = Json.MAPPER.readTree(full.body());
            assertThat(problem.get("type").stringValue()).isEqualTo("queue-full");
            assertThat(problem.get("depth").intValue()).isEqualTo(3);
            assertThat(problem.get("limit").intValue()).isEqualTo(3);
            assertThat(dispatcher.stored("single").count()).isEqualTo(3);
            assertThat(keyed(dispatcher, "first").statusCode())
                    .as("what was accepted is accepted")
                    .isEqualTo(202);
            assertThat(keyed(dispatcher, "second").statusCode()).isEqualTo(429);
            assertThat(dispatcher
                            .send("POST", "/v1/invocations/" + accepted.getFirst() + "/replay", "")
                            .statusCode())
                    .isEqualTo(429);
            assertThat(limitOf(dispatcher, "single")).isEqualTo(3);

            dispatcher.succeed(accepted.getFirst(), "1", "");
            dispatcher.commit(accepted.getFirst());
            await().atMost(SOON).until(() -> keyed(dispatcher, "second").statusCode() == 202);

            put(dispatcher, "single", 4);
            await().atMost(SOON).until(() -> dispatcher.invoke("single", "1").statusCode() == 202);
            assertThat(dispatcher.invoke("single", "1").statusCode()).isEqualTo(429);
        }
    }

    @Test
    void threeDispatchersInAFloodNeverExceedTheLimitNorWithoutRedis(KafkaSpace kafka, RedisSpace redis)
            throws Exception {
        try (FaultProxy proxy = FaultProxy.open()) {
            int port = proxy.forwardTo(redis.uri().getPort());
            Backends backends = RunningDispatcher.backends(kafka, redis);
            Backends cuttable = new Backends(
                    backends.kafka(),
                    backends.kafkaClient(),
                    backends.topics(),
                    URI.create("redis://127.0.0.1:" + port),
                    backends.redisPrefix(),
                    backends.patience());
            try (RunningDispatcher one = new RunningDispatcher(cuttable);
                    RunningDispatcher two = new RunningDispatcher(cuttable);
                    RunningDispatcher three = new RunningDispatcher(cuttable)) {
                put(one, "flooded", 120);
                put(one, "flooding", 60);
                List<RunningDispatcher> all = List.of(one, two, three);

                flood(all, "flooded");
                assertThat(one.stored("flooded").count()).isBetween(100L, 120L);

                proxy.cut();
                flood(all, "flooding");
                assertThat(one.stored("flooding").count()).isBetween(50L, 60L);
            }
        }
    }

    @Test
    void replaysOfManyAnswerWhatThereWasRoomFor(KafkaSpace kafka, RedisSpace redis) throws Exception {
        try (RunningDispatcher dispatcher = new RunningDispatcher(kafka, redis)) {
            dispatcher.deploy("mended");
            List<String> died = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                String id = dispatcher.accept("mended", "1");
                died.add("\"" + id + "\"");
                dispatcher.bury(id, "1");
            }
            await().atMost(SOON)
                    .until(() ->
                            dispatcher.json("/v1/dead-letters").get("items").size() == 6);
            put(dispatcher, "mended", 8);
            String wish = "{\"requestIds\":[" + String.join(",", died) + "]}";

            HttpResponse<String> some = dispatcher.send("POST", "/v1/dead-letters/replay", wish);

            assertThat(some.statusCode()).as(some.body()).isEqualTo(202);
            JsonNode answer = Json.MAPPER.readTree(some.body());
            assertThat(answer.get("replayed").size()).isEqualTo(2);
            assertThat(answer.get("remaining").intValue()).isEqualTo(4);
            assertThat(answer.get("stoppedBy").stringValue()).contains("queue", "full", "limit is 8");
            assertThat(dispatcher.json("/v1/dead-letters").get("items").size()).isEqualTo(4);
            HttpResponse<String> none = dispatcher.send("POST", "/v1/dead-letters/replay", "{\"filter\":{}}");
            assertThat(none.statusCode()).as(none.body()).isEqualTo(429);
            assertThat(none.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void twoDispatchersTogetherTakeNoMoreThanAFunctionsRate(KafkaSpace kafka, RedisSpace redis) throws Exception {
        try (RunningDispatcher one = new RunningDispatcher(kafka, redis);
                RunningDispatcher two = new RunningDispatcher(kafka, redis)) {
            HttpResponse<String> answer = one.send(
                    "PUT", "/v1/functions/slow", "{\"runtime\":\"java\",\"rate\":{\"perSecond\":4,\"burst\":2}}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            await().atMost(SOON).until(() -> two.get("/v1/functions/slow").statusCode() == 200);

            double seconds =
                    secondsForEight(turn -> (turn % 2 == 0 ? one : two).invoke("slow", "1"), "of default/slow are");

            assertThat(seconds).as("2 at once, then 4 a second").isGreaterThan(6 / 4.0 - 0.01);
            assertThat(one.stored("slow").count()).isEqualTo(8);
        }
    }

    @Test
    void theFunctionsOfANamespaceShareItsRate(KafkaSpace kafka, RedisSpace redis) throws Exception {
        try (RunningDispatcher dispatcher = new RunningDispatcher(kafka, redis)) {
            HttpResponse<String> answer =
                    dispatcher.send("PUT", "/v1/namespaces/default", "{\"rate\":{\"perSecond\":4,\"burst\":2}}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            dispatcher.deploy("first");
            dispatcher.deploy("second");

            double seconds = secondsForEight(
                    turn -> dispatcher.invoke(turn % 2 == 0 ? "first" : "second", "1"), "of the namespace default are");

            assertThat(seconds).as("2 at once, then 4 a second").isGreaterThan(6 / 4.0 - 0.01);
            assertThat(dispatcher.stored("first").count()
                            + dispatcher.stored("second").count())
                    .isEqualTo(8);
            assertThat(dispatcher.send("PUT", "/v1/namespaces/default", "{}").statusCode())
                    .isEqualTo(200);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(Stream.generate(() -> accepts(dispatcher, "first"))
                                    .limit(10))
                            .as("ten at once, as the rate is lifted")
                            .containsOnly(true));
        }
    }

    /** Sends until eight events are in; the ones that are not are refused for their rate, and some are. */
    private static double secondsForEight(Sending sending, String reason) throws Exception {
        long began = System.nanoTime();
        int refused = 0;
        int accepted = 0;
        for (int turn = 0; accepted < 8; turn++) {
            HttpResponse<String> next = sending.send(turn);
            if (next.statusCode() == 202) {
                accepted++;
            } else {
                assertThat(next.statusCode()).as(next.body()).isEqualTo(429);
                assertThat(next.body()).contains("rate-limited", reason);
                assertThat(next.headers().firstValue("Retry-After")).contains("1");
                refused++;
            }
        }
        assertThat(refused).isPositive();
        return (System.nanoTime() - began) / 1e9;
    }

    @FunctionalInterface
    private interface Sending {

        HttpResponse<String> send(int turn) throws Exception;
    }

    private static boolean accepts(RunningDispatcher dispatcher, String function) {
        try {
            return dispatcher.invoke(function, "1").statusCode() == 202;
        } catch (Exception e) {
            throw new IllegalStateException("the dispatcher does not answer", e);
        }
    }

    private static void flood(List<RunningDispatcher> all, String function) {
        await().atMost(SOON).until(() -> {
            boolean known = true;
            for (RunningDispatcher dispatcher : all) {
                known &= dispatcher.get("/v1/functions/" + function).statusCode() == 200;
            }
            return known;
        });
        ConcurrentLinkedQueue<Integer> answers = new ConcurrentLinkedQueue<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < 24; caller++) {
                RunningDispatcher dispatcher = all.get(caller % all.size());
                var _ = callers.submit(() -> {
                    int answer;
                    do {
                        answer = dispatcher.invoke(function, "1").statusCode();
                        answers.add(answer);
                    } while (answer == 202);
                    return answer;
                });
            }
        }
        assertThat(answers).contains(429).containsOnly(202, 429);
    }

    private static void put(RunningDispatcher dispatcher, String function, int limit) throws Exception {
        HttpResponse<String> answer = dispatcher.send(
                "PUT", "/v1/functions/" + function, "{\"runtime\":\"java\",\"queueLimit\":" + limit + "}");
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    }

    private static HttpResponse<String> keyed(RunningDispatcher dispatcher, String key) throws Exception {
        return dispatcher.send(
                "POST", "/v1/functions/single/invocations", "1", "Prefer", "respond-async", "Idempotency-Key", key);
    }

    private static int limitOf(RunningDispatcher dispatcher, String function) throws Exception {
        for (JsonNode queue : dispatcher.json("/v1/queues").get("items")) {
            if (queue.get("function").stringValue().equals(function)) {
                return queue.get("limit").intValue();
            }
        }
        throw new AssertionError("no queue of " + function);
    }
}
