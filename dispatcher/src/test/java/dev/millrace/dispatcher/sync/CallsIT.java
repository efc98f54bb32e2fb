package dev.millrace.dispatcher.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Limits;
import dev.millrace.dispatcher.RunningDispatcher;
import dev.millrace.kafka.RequestRecord;
import dev.millrace.program.Backends;
import dev.millrace.program.Json;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Synchronous calls as their callers see them; the worker is the test's hand. */
@RealBackends
class CallsIT {

    private static final String CALL = "/v1/functions/hello/invocations";

    private final Backends backends;
    private RunningDispatcher dispatcher;

    CallsIT(KafkaSpace kafka, RedisSpace redis) {
        backends = RunningDispatcher.backends(kafka, redis);
    }

    @BeforeEach
    void start() throws Exception {
        dispatcher = new RunningDispatcher(backends);
        dispatcher.deploy("hello");
    }

    @AfterEach
    void stop() {
        dispatcher.close();
    }

    @Test
    void theAnswerIsWhatTheFunctionReturned() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(backends, "w-answer", "hello")) {
            CompletableFuture<HttpResponse<String>> call = call(CALL + "?tail=true", "{\"n\":1}");
            RequestRecord request = worker.next();
            assertThat(request.event()).asString(StandardCharsets.UTF_8).isEqualTo("{\"n\":1}");
            worker.send(request, new byte[] {9, 9, 9}); // Nobody of ours would: the caller waits on.
            worker.reply(request, "{\"sum\":3}");

            HttpResponse<String> answer = call.get(30, TimeUnit.SECONDS);

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"sum\":3}");
            assertThat(header(answer, "Millrace-Duration")).isEqualTo("1.5");
            String id = header(answer, "Millrace-Request-Id");
            assertThat(new String(
                            Base64.getDecoder().decode(header(answer, "Millrace-Log-Result")), StandardCharsets.UTF_8))
                    .contains("START RequestId:" + id, "wrote this", "END RequestId:" + id);
            assertThat(dispatcher.get("/v1/invocations/" + id + "/event").body())
                    .isEqualTo("{\"n\":1}");
        }
    }

    @Test
    void aWaitThatEndsIsToldWithTheRequestIdAndALateReplyHurtsNobody() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(backends, "w-late", "hello")) {
            CompletableFuture<HttpResponse<String>> call = call(CALL + "?wait=200ms", "1");
            RequestRecord request = worker.next();
            HttpResponse<String> answer = call.get(30, TimeUnit.SECONDS);
            JsonNode problem = problem(answer, 504, "sync-wait-ended");
            String id = problem.get("requestId").stringValue();
            assertThat(dispatcher.json("/v1/invocations/" + id).get("status").stringValue())
                    .isEqualTo("RUNNING");

            worker.reply(request, "1");

            CompletableFuture<HttpResponse<String>> second = call(CALL, "2");
            worker.reply(worker.next(), "2");
            assertThat(second.get(30, TimeUnit.SECONDS).body()).isEqualTo("2");
            assertThat(figures()).contains("millrace_replies_dropped_total{reason=\"late\"} 1.0");
            dispatcher.succeed(id, "1", "");
            assertThat(dispatcher
                            .json("/v1/invocations/" + id + "?wait=30s")
                            .get("status")
                            .stringValue())
                    .isEqualTo("SUCCEEDED");
        }
    }

    @Test
    void whoseWorkerIsGoneHearsOfItWithTheRequestIdAndTheCallIsEnded() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(backends, "w-dead", "hello")) {
            CompletableFuture<HttpResponse<String>> call = call(CALL, "1");
            worker.next();
            long died = System.nanoTime();
            worker.die();

            HttpResponse<String> answer = call.get(30, TimeUnit.SECONDS);

            assertThat(Duration.ofNanos(System.nanoTime() - died)).isLessThan(Duration.ofSeconds(10));
            String id = problem(answer, 500, "worker-lost").get("requestId").stringValue();
            JsonNode ended = dispatcher.json("/v1/invocations/" + id + "?wait=30s");
            assertThat(ended.get("status").stringValue()).isEqualTo("FAILED");
            assertThat(ended.at("/error/type").stringValue()).isEqualTo("WORKER_LOST");
            problem(call(CALL, "2").get(30, TimeUnit.SECONDS), 503, "no-worker");
        }
    }

    @Test
    void dispatchersThatShareRepliesDoNotDisturbEachOther() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(backends, "w-shared", "hello");
                RunningDispatcher other = new RunningDispatcher(backends)) {
            for (int i = 0; i < 20; i++) {
                RunningDispatcher asked = i % 2 == 0 ? dispatcher : other;
                CompletableFuture<HttpResponse<String>> call = call(asked, CALL, Integer.toString(i));
                RequestRecord request = worker.next();
                worker.reply(request, new String(request.event(), StandardCharsets.UTF_8));
                assertThat(call.get(30, TimeUnit.SECONDS).body()).isEqualTo(Integer.toString(i));
            }
        }
    }

    @Test
    void aDispatcherThatStopsLeavesNobodyHanging() throws Exception {
        try (ScriptedWorker worker = new ScriptedWorker(backends, "w-stop", "hello")) {
            RunningDispatcher stopping = new RunningDispatcher(backends);
            CompletableFuture<HttpResponse<String>> call = call(stopping, CALL, "1");
            RequestRecord request = worker.next();

            stopping.close();

            String id = problem(call.get(30, TimeUnit.SECONDS), 504, "sync-wait-ended")
                    .get("requestId")
                    .stringValue();
            worker.reply(request, "1");
            dispatcher.succeed(id, "1", "");
            assertThat(dispatcher
                            .json("/v1/invocations/" + id + "?wait=30s")
                            .get("result")
                            .intValue())
                    .isEqualTo(1);
        }
    }

    @Test
    void whatCannotBeCalledIsRefusedAndNothingIsSent() throws Exception {
        problem(call(CALL, "1").get(30, TimeUnit.SECONDS), 503, "no-worker");
        try (ScriptedWorker worker = new ScriptedWorker(backends, "w-bad", "hello")) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> dispatcher.dispatcher().canCall());
            problem(call("/v1/functions/nobody/invocations", "1").get(), 404, "not-found");
            problem(call(CALL, "{not json").get(), 400, "malformed-request");
            problem(call(CALL, "").get(), 400, "malformed-request");
            problem(call(CALL + "?wait=soon", "1").get(), 400, "malformed-request");
            problem(call(CALL + "?tail=maybe", "1").get(), 400, "malformed-request");
            problem(dispatcher.send("POST", CALL, "1", "Idempotency-Key", "k"), 400, "malformed-request");
            problem(dispatcher.send("POST", CALL, "1", "Millrace-Delay", "30s"), 400, "malformed-request");
            problem(call(CALL, "1".repeat(Limits.SYNC_EVENT_BYTES + 1)).get(30, TimeUnit.SECONDS), 413, "too-large");

            CompletableFuture<HttpResponse<String>> call = call(CALL, "7");
            RequestRecord only = worker.next();
            assertThat(new String(only.event(), StandardCharsets.UTF_8)).isEqualTo("7");
            worker.reply(only, "7");
            assertThat(call.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    private CompletableFuture<HttpResponse<String>> call(String path, String event) {
        return call(dispatcher, path, event);
    }

    private static CompletableFuture<HttpResponse<String>> call(RunningDispatcher asked, String path, String event) {
        return asked.client()
                .sendAsync(
                        HttpRequest.newBuilder(asked.uri(path))
                                .POST(HttpRequest.BodyPublishers.ofString(event))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private String figures() throws Exception {
        return dispatcher.get("/metrics").body();
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElseThrow();
    }

    private static JsonNode problem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode problem = Json.MAPPER.readTree(answer.body());
        assertThat(problem.get("type").stringValue()).isEqualTo(type);
        return problem;
    }
}
