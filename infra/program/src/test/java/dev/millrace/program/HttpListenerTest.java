package dev.millrace.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.javalin.http.Context;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpListenerTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private final Metrics metrics = new Metrics();
    private final Health health = new Health();
    private HttpListener listener;

    @BeforeAll
    void start() throws StartException {
        Routes routes = () -> List.of(
                Route.post("/echo", 16, context -> context.json(Json.body(context))),
                Route.get("/fails", HttpListenerTest::fail),
                Route.get("/refuses", HttpListenerTest::refuse));
        listener = HttpListener.start(
                "test",
                ListenerSettings.anyLoopbackPort(),
                metrics,
                List.of(routes, new InternalRoutes(health, metrics)));
    }

    @AfterAll
    void stop() {
        listener.close();
        metrics.close();
    }

    private static void fail(Context context) {
        throw new IllegalStateException("secret detail");
    }

    private static void refuse(Context context) {
        throw Problem.of(503, "kafka-unavailable", "Kafka is away", "nothing was accepted")
                .about("id")
                .retryAfter(2)
                .exception();
    }

    @Test
    void anUnknownPathIsAProblemDocument() throws Exception {
        assertProblem(get("/nothing/here"), 404, "not-found");
    }

    @Test
    void aMethodNobodyAnswersIsRefusedNamingThoseThatAre() throws Exception {
        HttpResponse<String> answer = send("DELETE", "/echo", "");

        assertProblem(answer, 405, "method-not-allowed");
        assertThat(answer.headers().firstValue("Allow")).contains("POST");
    }

    @Test
    void aBodyThatIsNotJsonIsRefusedWithLineAndColumn() throws Exception {
        JsonNode problem = assertProblem(send("POST", "/echo", "{\n \"a\":x}"), 400, "malformed-request");

        assertThat(problem.get("line").intValue()).isEqualTo(2);
        assertThat(problem.get("detail").stringValue()).contains("line 2, column 6");
    }

    @Test
    void moreAfterTheEndOfTheValueIsRefused() throws Exception {
        assertProblem(send("POST", "/echo", "{} {}"), 400, "malformed-request");
    }

    @Test
    void anEmptyBodyIsRefused() throws Exception {
        assertProblem(send("POST", "/echo", ""), 400, "malformed-request");
    }

    @Test
    void aBodyOneByteTooLargeIsRefusedWhetherItSaysSoOrNot() throws Exception {
        assertThat(send("POST", "/echo", "\"" + "x".repeat(14) + "\"").statusCode())
                .isEqualTo(200);
        String tooLarge = "\"" + "x".repeat(15) + "\"";
        assertProblem(send("POST", "/echo", tooLarge), 413, "too-large");
        HttpRequest chunked = HttpRequest.newBuilder(uri("/echo"))
                .POST(BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(tooLarge.getBytes(StandardCharsets.UTF_8))))
                .build();
        assertProblem(client.send(chunked, BodyHandlers.ofString()), 413, "too-large");
    }

    @Test
    void aMegabyteTooMuchIsAnsweredAndNotCutOff() throws Exception {
        assertProblem(send("POST", "/echo", "x".repeat(3_000_000)), 413, "too-large");
    }

    @Test
    void aHeaderThatIsTooLargeIsAProblemDocument() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/healthz"))
                .header("X-Large", "x".repeat(20_000))
                .build();
        assertProblem(client.send(request, BodyHandlers.ofString()), 431, "http-431");
    }

    @Test
    void aDefectTellsTheClientAReferenceAndNothingElse() throws Exception {
        HttpResponse<String> answer = get("/fails");

        JsonNode problem = assertProblem(answer, 500, "internal");
        assertThat(problem.get("reference").stringValue()).hasSize(8);
        assertThat(answer.body()).doesNotContain("secret", "IllegalState");
    }

    @Test
    void aProblemCarriesItsRequestIdAndHeaders() throws Exception {
        HttpResponse<String> answer = get("/refuses");

        assertThat(assertProblem(answer, 503, "kafka-unavailable")
                        .get("requestId")
                        .stringValue())
                .isEqualTo("id");
        assertThat(answer.headers().firstValue("Retry-After")).contains("2");
    }

    @Test
    void readinessNamesThePartThatIsNot() throws Exception {
        health.part("kafka", () -> Health.OK);
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        health.part("redis", () -> "does not answer");
        HttpResponse<String> answer = get("/readyz");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(Json.MAPPER.readTree(answer.body()).at("/parts/redis").stringValue())
                .isEqualTo("does not answer");
        health.part("redis", () -> Health.OK);
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void requestsAreMeasuredByRouteAndStatus() throws Exception {
        get("/refuses");
        assertThat(get("/metrics").body())
                .contains("millrace_http_requests_seconds_count")
                .contains("route=\"/refuses\"")
                .contains("status=\"503\"");
    }

    @Test
    void aTakenPortIsOneClearLine() {
        ListenerSettings taken =
                new ListenerSettings("127.0.0.1", listener.uri().getPort(), "port", ApiKeys.open());

        assertThatThrownBy(() -> HttpListener.start("second", taken, metrics, List.of()))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(":" + listener.uri().getPort())
                .hasMessageContaining("--port");
        assertThatThrownBy(() -> HttpListener.requireFree(taken))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(":" + listener.uri().getPort())
                .hasMessageContaining("--port");
    }

    @Test
    void whereKeysAreRequiredOnlyAKeyLetsIn() throws Exception {
        ListenerSettings guarded = new ListenerSettings("127.0.0.1", 0, "port", ApiKeys.of(List.of("key")));
        Routes routes = () -> List.of(
                Route.get("/x", context -> context.result("x")),
                Route.get("/open", context -> {}).withoutKey());
        try (HttpListener closed = HttpListener.start("guarded", guarded, new Metrics(), List.of(routes))) {
            assertProblem(get(closed, "/x", "Bearer wrong"), 401, "unauthorized");
            assertThat(get(closed, "/x", "Bearer key").statusCode()).isEqualTo(200);
            assertThat(get(closed, "/open", "none").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aStopLetsRequestsUnderWayFinish() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Routes slow = () -> List.of(Route.get("/slow", context -> {
            entered.countDown();
            leave.await();
            context.result("finished");
        }));
        HttpListener stopping =
                HttpListener.start("slow", ListenerSettings.anyLoopbackPort(), new Metrics(), List.of(slow));
        var answer = client.sendAsync(
                HttpRequest.newBuilder(stopping.uri().resolve("/slow")).build(), BodyHandlers.ofString());
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
        Thread stopper = Thread.startVirtualThread(stopping::close);
        while (stopper.isAlive() && stopper.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        leave.countDown();
        assertThat(answer.get(20, TimeUnit.SECONDS).body()).isEqualTo("finished");
        stopper.join();
    }

    private JsonNode assertProblem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("application/problem+json"));
        JsonNode problem = Json.MAPPER.readTree(answer.body());
        assertThat(problem.propertyNames()).contains("type", "title", "status", "detail");
        assertThat(problem.get("type").stringValue()).isEqualTo(type);
        assertThat(problem.get("status").intValue()).isEqualTo(status);
        return problem;
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, "");
    }

    private HttpResponse<String> get(HttpListener at, String path, String authorization) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(at.uri().resolve(path))
                .header("Authorization", authorization)
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return listener.uri().resolve(path);
    }
}
