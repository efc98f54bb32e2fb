package dev.millrace.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Limits;
import dev.millrace.contract.Status;
import dev.millrace.dispatcher.RunningDispatcher;
import dev.millrace.program.Json;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@RealBackends
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InvocationsIT {

    private RunningDispatcher dispatcher;

    @BeforeAll
    void start(KafkaSpace kafka, RedisSpace redis) throws Exception {
        dispatcher = new RunningDispatcher(kafka, redis);
        dispatcher.deploy("hello");
    }

    @AfterAll
    void stop() {
        dispatcher.close();
    }

    @Test
    void anAcceptedEventIsFoundByItsRequestIdAtOnce() throws Exception {
        HttpResponse<String> accepted = dispatcher.invoke("hello", "{\"a\":1}");

        assertThat(accepted.statusCode()).isEqualTo(202);
        String id = Json.MAPPER.readTree(accepted.body()).get("requestId").stringValue();
        assertThat(accepted.headers().firstValue("Location")).contains("/v1/invocations/" + id);
        JsonNode invocation = dispatcher.json("/v1/invocations/" + id);
        assertThat(invocation.get("status").stringValue()).isEqualTo("QUEUED");
        assertThat(invocation.get("waitingFor").stringValue()).isEqualTo("worker");
        assertThat(invocation.get("acceptedAt").isString()).isTrue();
        assertThat(invocation.get("attempts")).isEmpty();
        assertThat(dispatcher.get("/v1/invocations/" + id + "/logs").body()).isEmpty();
    }

    @Test
    void theEventIsGivenBackAsItWasReceived() throws Exception {
        String event = "{ \"b\":1.0, \"a\":\"ü\" }";
        String id = dispatcher.accept("hello", event);

        assertThat(dispatcher.get("/v1/invocations/" + id + "/event").body()).isEqualTo(event);
    }

    @Test
    void whoWaitsIsAnsweredWhenTheInvocationEnds() throws Exception {
        String id = dispatcher.accept("hello", "1");
        CompletableFuture<HttpResponse<String>> waiting = dispatcher.getLater("/v1/invocations/" + id + "?wait=40s");

        dispatcher.succeed(id, "{\"sum\":3}", "adding\n");

        JsonNode invocation =
                Json.MAPPER.readTree(waiting.get(40, TimeUnit.SECONDS).body());
        assertThat(invocation.get("status").stringValue()).isEqualTo("SUCCEEDED");
        assertThat(invocation.at("/result/sum").intValue()).isEqualTo(3);
        assertThat(dispatcher.json("/v1/invocations/" + id)).isEqualTo(invocation);
        assertThat(dispatcher.get("/v1/invocations/" + id + "/logs").body())
                .startsWith("START RequestId:" + id + "\nadding\nResponse RequestId:" + id + " RetMsg:{\"sum\":3}\n");
        assertThat(dispatcher.get("/v1/invocations/" + id + "/logs?attempt=1").body())
                .contains("adding");
        Problems.of(dispatcher.get("/v1/invocations/" + id + "/logs?attempt=2"), 404, "not-found");
    }

    @Test
    void aWaitThatRunsOutAnswersWithThePresentState() throws Exception {
        String id = dispatcher.accept("hello", "1");

        assertThat(dispatcher
                        .json("/v1/invocations/" + id + "?wait=50ms")
                        .get("status")
                        .stringValue())
                .isEqualTo("QUEUED");
    }

    @Test
    void aFollowedLogComesAttemptByAttemptAndEnds() throws Exception {
        String id = dispatcher.accept("hello", "1");
        HttpRequest request = HttpRequest.newBuilder(dispatcher.uri("/v1/invocations/" + id + "/logs"))
                .header("Accept", "text/event-stream")
                .build();
        HttpResponse<Stream<String>> answer = dispatcher.client().send(request, BodyHandlers.ofLines());
        Iterator<String> lines =
                answer.body().filter(line -> line.startsWith("data:")).iterator();

        dispatcher.failAttempt(id, 1, Status.RETRYING, "first\n");

        assertThat(lines.next()).isEqualTo("data: START RequestId:" + id);
        assertThat(lines.next()).isEqualTo("data: first");
        assertThat(lines.next()).startsWith("data: ERROR RequestId:" + id);
        assertThat(lines.next()).startsWith("data: END");
        assertThat(lines.next()).startsWith("data: Report");

        dispatcher.failAttempt(id, 2, Status.FAILED, "second\n");

        lines.next();
        assertThat(lines.next()).isEqualTo("data: second");
        String last = "";
        while (lines.hasNext()) {
            last = lines.next();
        }
        assertThat(last).isEqualTo("data: FAILED");
    }

    @Test
    void theRecentInvocationsOfAFunctionAreListedNewestFirst() throws Exception {
        dispatcher.deploy("listed");
        String first = dispatcher.accept("listed", "1");
        String second = dispatcher.accept("listed", "2");
        dispatcher.succeed(first, "1", "");
        dispatcher.json("/v1/invocations/" + first + "?wait=30s");
        dispatcher.failAttempt(second, 1, Status.FAILED, "");
        dispatcher.json("/v1/invocations/" + second + "?wait=30s");

        JsonNode failed = awaitListed("/v1/functions/listed/invocations?status=FAILED&since=1h", 1);
        JsonNode all = awaitListed("/v1/functions/listed/invocations", 2);

        assertThat(failed.findValuesAsString("requestId")).containsExactly(second);
        assertThat(all.findValuesAsString("requestId")).containsExactly(second, first);
        assertThat(all.get(0).has("result")).isFalse();
        Problems.of(dispatcher.get("/v1/functions/listed/invocations?status=FIALED"), 400, "malformed-request");
        Problems.of(dispatcher.get("/v1/functions/listed/invocations?cursor=x"), 400, "malformed-request");
        Problems.of(dispatcher.get("/v1/functions/listed/invocations?since=lately"), 400, "malformed-request");
    }

    /** The list follows the log by a moment. */
    private JsonNode awaitListed(String path, int count) throws Exception {
        JsonNode items = dispatcher.json(path).get("items");
        while (items.size() < count) {
            items = dispatcher.json(path).get("items");
        }
        return items;
    }

    @Test
    void anEventForAnUnknownFunctionIsNotFound() throws Exception {
        assertThat(Problems.detail(dispatcher.invoke("helo", "1"), 404, "not-found"))
                .contains("did you mean hello?");
    }

    @Test
    void anEventThatIsNotJsonIsRefusedWithLineAndColumn() throws Exception {
        JsonNode problem = Problems.of(dispatcher.invoke("hello", "{\"a\":\n tru }"), 400, "malformed-request");

        assertThat(problem.get("line").intValue()).isEqualTo(2);
        assertThat(problem.get("detail").stringValue()).contains("the event is not JSON: line 2, column");
        Problems.of(dispatcher.invoke("hello", ""), 400, "malformed-request");
        Problems.of(dispatcher.invoke("hello", "1 2"), 400, "malformed-request");
    }

    @Test
    void anEventMayHaveExactly128KilobytesAndNotOneMore() throws Exception {
        String largest = "\"" + "x".repeat(Limits.ASYNC_EVENT_BYTES - 2) + "\"";

        assertThat(dispatcher.invoke("hello", largest).statusCode()).isEqualTo(202);
        Problems.of(dispatcher.invoke("hello", largest + " "), 413, "too-large");
    }

    @Test
    void aRequestIdMistypedByOneDigitIsRefusedAsSuch() throws Exception {
        String id = dispatcher.accept("hello", "1");
        char last = id.charAt(id.length() - 1);
        String mistyped = id.substring(0, id.length() - 1) + (last == '0' ? '1' : '0');

        assertThat(Problems.detail(dispatcher.get("/v1/invocations/" + mistyped), 400, "invalid-request-id"))
                .contains("mistyped");
        Problems.of(dispatcher.get("/v1/invocations/nonsense/event"), 400, "invalid-request-id");
    }

    @Test
    void aGenuineIdOfAnEventThatWasNeverStoredIsNotFound() throws Exception {
        Problems.of(dispatcher.get("/v1/invocations/" + dispatcher.idBehindTheEnd("hello")), 404, "not-found");
    }

    @Test
    void anInvocationOfAnotherNamespaceIsAsUnknownAsNone() throws Exception {
        String id = dispatcher.accept("hello", "1");

        Problems.of(dispatcher.get("/v1/namespaces/other/invocations/" + id), 404, "not-found");
        assertThat(dispatcher.get("/v1/namespaces/default/invocations/" + id).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aDelayIsAcceptedUpToAWeekAndOtherwiseRefused() throws Exception {
        String path = "/v1/functions/hello/invocations";
        dispatcher.deploy("hello");
        assertThat(dispatcher
                        .send("POST", path, "1", "Prefer", "respond-async", "Millrace-Delay", "7d")
                        .statusCode())
                .isEqualTo(202);
        for (String delay : List.of("7d1s", "604801", "8d", "-1s", "soon", "1w")) {
            HttpResponse<String> refused =
                    dispatcher.send("POST", path, "1", "Prefer", "respond-async", "Millrace-Delay", delay);
            assertThat(Problems.detail(refused, 422, "invalid-delay")).contains("at most 7d", "nothing was accepted");
        }
    }

    @Test
    void aDelayedInvocationIsQueuedAndSaysUntilWhen() throws Exception {
        String id = dispatcher.accept("hello", "1");
        long due = System.currentTimeMillis() + 3_600_000;
        dispatcher.postpone(id, due);

        JsonNode shown = awaitWaiting(id);
        assertThat(shown.get("status").stringValue()).isEqualTo("QUEUED");
        assertThat(shown.get("notBefore").stringValue())
                .isEqualTo(Instant.ofEpochMilli(due).toString());
        assertThat(shown.get("attempts")).isEmpty();
    }

    private JsonNode awaitWaiting(String id) {
        return await().until(
                        () -> dispatcher.json("/v1/invocations/" + id),
                        shown -> shown.get("waitingFor").isString()
                                && shown.get("waitingFor").stringValue().equals("retry-delay"));
    }

    @Test
    void whatIsNotBuiltYetSaysSoAndAcceptsNothing() throws Exception {
        Problems.of(dispatcher.get("/v1/functions/hello/http/a/b"), 501, "not-built-yet");
    }

    @Test
    void oneThatWaitsIsCancelledAtOnceAndOneThatHasEndedIsNot() throws Exception {
        String id = dispatcher.accept("hello", "1");
        String path = "/v1/invocations/" + id + "/cancel";

        HttpResponse<String> cancelled = dispatcher.send("POST", path, "");

        assertThat(cancelled.statusCode()).as(cancelled.body()).isEqualTo(202);
        JsonNode invocation = dispatcher.json("/v1/invocations/" + id + "?wait=30s");
        assertThat(invocation.get("status").stringValue()).isEqualTo("CANCELLED");
        assertThat(invocation.get("attempts")).isEmpty();
        assertThat(invocation.at("/error/type").stringValue()).isEqualTo("Cancelled");
        Problems.of(dispatcher.send("POST", path, ""), 409, "already-ended");
        dispatcher.succeed(id, "1", "");
        assertThat(dispatcher.json("/v1/invocations/" + id).get("status").stringValue())
                .isEqualTo("CANCELLED");
    }

    @Test
    void oneBetweenTwoAttemptsIsCancelledWithWhatWasTried() throws Exception {
        String id = dispatcher.accept("hello", "1");
        dispatcher.failAttempt(id, 1, Status.RETRYING, "first\n");
        dispatcher.awaitStatus(id, "RETRYING");

        HttpResponse<String> answer =
                dispatcher.send("POST", "/v1/invocations/" + id + "/cancel", "{\"graceful\":true}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);

        JsonNode invocation = dispatcher.json("/v1/invocations/" + id + "?wait=30s");
        assertThat(invocation.get("status").stringValue()).isEqualTo("CANCELLED");
        assertThat(invocation.get("attempts")).hasSize(1);
    }

    @Test
    void aMalformedCancellationEndsNothing() throws Exception {
        String id = dispatcher.accept("hello", "1");
        String path = "/v1/invocations/" + id + "/cancel";

        for (String body : List.of("{\"gracefully\":true}", "{\"graceful\":\"yes\"}", "[]", "{", "7")) {
            Problems.of(dispatcher.send("POST", path, body), 400, "malformed-request");
        }
        Problems.of(dispatcher.send("POST", "/v1/invocations/nonsense/cancel", ""), 400, "invalid-request-id");
        Problems.of(
                dispatcher.send("POST", "/v1/invocations/" + dispatcher.idBehindTheEnd("hello") + "/cancel", ""),
                404,
                "not-found");
        assertThat(dispatcher.json("/v1/invocations/" + id).get("status").stringValue())
                .isEqualTo("QUEUED");
    }

    @Test
    void queuesAreListedWithTheirDepthIdleOnesIncluded() throws Exception {
        dispatcher.deploy("idle");
        dispatcher.deploy("busy");
        for (int i = 0; i < 3; i++) {
            dispatcher.accept("busy", "1");
        }

        JsonNode queues = dispatcher.json("/v1/queues").get("items");

        JsonNode busy = queue(queues, "busy");
        assertThat(busy.get("depth").longValue()).isEqualTo(3);
        assertThat(busy.get("waitingFor").stringValue()).isEqualTo("worker");
        assertThat(busy.get("oldestAgeMs").isIntegralNumber()).isTrue();
        assertThat(busy.get("limit").intValue()).isEqualTo(100_000);
        assertThat(queue(queues, "idle").get("depth").longValue()).isZero();
        assertThat(dispatcher.json("/v1/scaling/busy").get("backlog").longValue())
                .isEqualTo(3);
        assertThat(dispatcher.json("/v1/namespaces/none/queues").get("items")).isEmpty();
    }

    private static JsonNode queue(JsonNode queues, String function) {
        for (JsonNode queue : queues) {
            if (queue.get("function").stringValue().equals(function)) {
                return queue;
            }
        }
        throw new AssertionError("no queue of " + function);
    }

    @Test
    void aPausedFunctionsEventsWaitAndSayWhy() throws Exception {
        dispatcher.send("PUT", "/v1/functions/paused", "{\"runtime\":\"java\",\"concurrency\":0}");
        String id = dispatcher.accept("paused", "1");

        assertThat(dispatcher.json("/v1/invocations/" + id).get("waitingFor").stringValue())
                .isEqualTo("paused");
        assertThat(dispatcher.json("/v1/scaling/paused").get("backlog").longValue())
                .isZero();
    }

    @Test
    void aResultOutlivesItsFunction() throws Exception {
        dispatcher.deploy("outlived");
        String id = dispatcher.accept("outlived", "1");
        dispatcher.succeed(id, "1", "x");
        dispatcher.json("/v1/invocations/" + id + "?wait=30s");

        dispatcher.send("DELETE", "/v1/functions/outlived", "");

        assertThat(dispatcher.json("/v1/invocations/" + id).get("function").stringValue())
                .isEqualTo("outlived");
    }

    @Test
    void withNoWorkerTheListIsEmptyAndDrainingOneIsNotFound() throws Exception {
        assertThat(dispatcher.json("/v1/workers").get("items")).isEmpty();
        Problems.of(dispatcher.send("POST", "/v1/workers/w1/drain", ""), 404, "not-found");
    }

    @Test
    void acceptedAndRefusedEventsAreCounted() throws Exception {
        dispatcher.accept("hello", "1");
        dispatcher.invoke("hello", "no json");

        assertThat(dispatcher.get("/metrics").body())
                .contains("millrace_accepted_total{function=\"default/hello\",trigger=\"api\",type=\"api\"}")
                .contains("millrace_refused_total{reason=\"malformed-request\"}");
    }

    @Test
    void itIsReadyWhenKafkaIsThere() throws Exception {
        HttpResponse<String> ready = dispatcher.get("/readyz");

        assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
        assertThat(Json.MAPPER.readTree(ready.body()).at("/parts").propertyNames())
                .contains("kafka", "recorder", "redis");
    }
}
