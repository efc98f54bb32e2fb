package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.json.Json;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.RecordedShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands against a server that answers in the shapes of the HTTP interface. */
class ClientCommandsTest {

    private static final String ID = "01f3c2d4-0000-8000-8000-5e6f7a8b9c0d";
    private static final String SUCCEEDED = """
            {"requestId":"%s","function":"hello","namespace":"default","version":"$LATEST",
             "trigger":{"type":"api","name":"api"},"status":"SUCCEEDED","waitingFor":null,
             "acceptedAt":"2026-03-04T05:06:05.000Z","startedAt":"2026-03-04T05:06:05.100Z","endedAt":"2026-03-04T05:06:05.200Z",
             "attempts":[{"attempt":1,"durationMs":12.5,"coldStart":{"totalMs":41},"nextTryAt":null}],
             "result":{"hi":"Ada"},"error":null,"expiresAt":null}""".formatted(ID);
    private static final String FAILED = SUCCEEDED
            .replace("SUCCEEDED", "FAILED")
            .replace("{\"hi\":\"Ada\"}", "null")
            .replace(
                    "\"error\":null",
                    "\"error\":{\"code\":430,\"type\":\"KeyError\",\"message\":\"'name'\",\"stackTrace\":\"\"}");
    private static final String QUEUED =
            SUCCEEDED.replace("SUCCEEDED", "QUEUED").replace("\"waitingFor\":null", "\"waitingFor\":\"worker\"");

    @TempDir
    private Path home;

    private ScriptedServer server;
    private RecordedShell shell;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedServer();
        shell = new RecordedShell(home).with("MILLRACE_ENDPOINT", server.url());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int run(String... args) {
        shell.clear();
        return Millrace.run(shell.shell(), args);
    }

    @Test
    void anAsynchronousCallPrintsTheRequestIdAlone() {
        server.on("POST /v1/functions/hello/invocations", 202, "{\"requestId\":\"" + ID + "\"}");
        assertThat(run("invoke", "hello", "-d", "{\"name\":\"Ada\"}", "--async", "--api-key", "k1"))
                .isZero();
        assertThat(shell.out()).isEqualTo(ID + "\n");
        ScriptedServer.Asked asked = server.asked("POST /v1/functions/hello/invocations");
        assertThat(asked.body()).isEqualTo("{\"name\":\"Ada\"}");
        assertThat(asked.header("Prefer")).contains("respond-async");
        assertThat(asked.header("Authorization")).contains("Bearer k1");
    }

    @Test
    void aDelayGoesWithAnAsynchronousCallAndWithNoOther() {
        server.on("POST /v1/functions/hello/invocations", 202, "{\"requestId\":\"" + ID + "\"}");
        assertThat(run("invoke", "hello", "--async", "--delay", "90s")).isZero();
        assertThat(shell.out()).isEqualTo(ID + "\n");
        assertThat(server.asked().getLast().header("Millrace-Delay")).contains("90s");
        run("invoke", "hello", "--async");
        assertThat(server.asked().getLast().header("Millrace-Delay")).isEmpty();
        int before = server.asked().size();
        assertThat(run("invoke", "hello", "--delay", "90s")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.err()).startsWith("millrace: --delay goes with --async\n");
        assertThat(server.asked()).hasSize(before);
    }

    @Test
    void theEventMayComeFromAFileOrFromStandardInput() throws IOException {
        server.on("POST /v1/functions/hello/invocations", 202, "{\"requestId\":\"" + ID + "\"}");
        Path file = Files.writeString(home.resolve("event.json"), "{\"a\" : [1]}");
        run("invoke", "hello", "-d", "@" + file, "--async");
        assertThat(server.asked().getLast().body()).isEqualTo("{\"a\" : [1]}");
        shell.typed("[2]");
        run("invoke", "hello", "-d", "-", "--async");
        assertThat(server.asked().getLast().body()).isEqualTo("[2]");
        assertThat(run("invoke", "hello", "-d", "@nowhere", "--async")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.err()).startsWith("millrace: there is no file nowhere\n");
    }

    @Test
    void waitingPrintsTheResultAndNothingElseOnStdout() {
        server.on("POST /v1/functions/hello/invocations", 202, "{\"requestId\":\"" + ID + "\"}")
                .on("GET /v1/invocations/" + ID + "?wait=30s", 200, SUCCEEDED)
                .on("GET /v1/invocations/" + ID + "/logs", 200, Map.of(), "START\nhello\nEND\n");
        assertThat(run("invoke", "--async", "--wait", "hello", "--tail")).isZero();
        assertThat(shell.out()).isEqualTo("{\"hi\":\"Ada\"}\n");
        assertThat(shell.err())
                .contains("request " + ID)
                .contains("SUCCEEDED, 12.5 ms after a cold start of 41 ms")
                .contains("START\nhello\nEND\n");
    }

    @Test
    void aFunctionThatFailedIsExitCode1AndSaysWhy() {
        server.on("POST /v1/functions/hello/invocations", 202, "{\"requestId\":\"" + ID + "\"}")
                .on("GET /v1/invocations/" + ID + "?wait=5s", 200, FAILED);
        assertThat(run("invoke", "hello", "--async", "--wait=5s")).isEqualTo(ExitCode.FUNCTION_FAILED);
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err())
                .contains("millrace: hello ended as FAILED: 430 KeyError: 'name'\nNext: millrace logs " + ID);
    }

    @Test
    void aWaitThatEndsFirstIsExitCode6AndPrintsTheRequestId() {
        server.on("POST /v1/functions/hello/invocations", 202, "{\"requestId\":\"" + ID + "\"}")
                .on("GET /v1/invocations/" + ID + "?wait=1ms", 200, QUEUED)
                .on("GET /v1/invocations/" + ID, 200, QUEUED);
        assertThat(run("invoke", "hello", "--async", "--wait=1ms")).isEqualTo(ExitCode.STILL_RUNNING);
        assertThat(shell.out()).isEqualTo(ID + "\n");
        assertThat(shell.err())
                .contains("QUEUED")
                .contains("waits for: worker")
                .contains("millrace result " + ID + " --wait");
    }

    @Test
    void aSynchronousCallOfAFailingFunctionSaysWhatItSaidAndWhereToLook() {
        String problem =
                "{\"type\":\"function-failed\",\"status\":430,\"detail\":\"ValueError: no good\",\"requestId\":\"" + ID
                        + "\",\"errorMessage\":\"no good\"}";
        Map<String, String> headers = Map.of("Millrace-Request-Id", ID);
        server.on("POST /v1/functions/hello/invocations", 430, headers, problem);
        assertThat(run("invoke", "hello")).isEqualTo(ExitCode.FUNCTION_FAILED);
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).contains("request " + ID, "ValueError: no good", "millrace logs " + ID);
    }

    @Test
    void aSynchronousCallWithoutAPermitOrAnAnswerInTimeHasItsOwnExitCode() {
        server.on("POST /v1/functions/hello/invocations", 432, "{\"type\":\"concurrency-limit\"}");
        assertThat(run("invoke", "hello")).isEqualTo(ExitCode.THROTTLED);
        server.on(
                "POST /v1/functions/hello/invocations?wait=1s",
                504,
                "{\"type\":\"sync-wait-ended\",\"requestId\":\"" + ID + "\"}");
        assertThat(run("invoke", "hello", "--wait=1s")).isEqualTo(ExitCode.STILL_RUNNING);
        assertThat(shell.err()).contains("millrace result " + ID + " --wait");
    }

    @Test
    void theEndOfTheLogComesWithTheAnswer() {
        String log = Base64.getEncoder().encodeToString("START\ngreeting Ada\nEND\n".getBytes(UTF_8));
        server.on("POST /v1/functions/hello/invocations?tail=true", 200, Map.of("Millrace-Log-Result", log), "1");
        assertThat(run("invoke", "hello", "--tail")).isZero();
        assertThat(shell.out()).isEqualTo("1\n");
        assertThat(shell.err()).contains("greeting Ada");
    }

    @Test
    void aSynchronousCallPrintsTheReturnValue() {
        server.on("POST /v1/functions/hello/invocations", 200, Map.of("Millrace-Request-Id", ID), "{\"hi\": 1.50}");
        assertThat(run("invoke", "hello")).isZero();
        assertThat(shell.out()).isEqualTo("{\"hi\": 1.50}\n");
        assertThat(shell.err()).isEqualTo("request " + ID + "\n");
    }

    @Test
    void aResultIsWaitedForPastTheServersLimitAndPastItsRebuilding() {
        String path = "GET /v1/invocations/" + ID;
        server.on(path + "?wait=45s", 503, Map.of("Retry-After", "1"), "{\"detail\":\"being rebuilt\"}")
                .on(path + "?wait=45s", 200, SUCCEEDED);
        assertThat(run("result", ID, "--wait=2m", "-o", "json")).isZero();
        assertThat(Json.read(shell.out())).isEqualTo(Json.read(SUCCEEDED));
        assertThat(server.asked()).hasSize(2);
    }

    @Test
    void aResultIsShownToPeopleAsFacts() {
        server.on("GET /v1/invocations/" + ID, 200, SUCCEEDED);
        assertThat(run("result", ID)).isZero();
        assertThat(shell.out()).isEqualTo("""
                Request   %s
                Function  hello $LATEST
                Trigger   api (api)
                Status    SUCCEEDED, 12.5 ms after a cold start of 41 ms
                Accepted  2 s ago
                Started   1 s ago
                Ended     1 s ago
                Result    {"hi":"Ada"}
                """.formatted(ID));
        server.on("GET /v1/invocations/other", 200, QUEUED);
        assertThat(run("result", "other")).isZero();
        assertThat(run("result", "none")).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void aLogIsFollowedToItsEnd() {
        server.on(
                "GET /v1/invocations/" + ID + "/logs",
                200,
                Map.of("Content-Type", "text/event-stream"),
                ": \n\nevent: log\ndata: START\n\nevent: log\ndata: \n\nevent: end\ndata: FAILED\n\n");
        assertThat(run("logs", ID, "-f")).isZero();
        assertThat(shell.out()).isEqualTo("START\n\n");
        assertThat(shell.err()).isEqualTo("ended as FAILED\n");
        assertThat(server.asked().getLast().header("Accept")).contains("text/event-stream");
    }

    @Test
    void aLogThatBreaksOffIsNotTakenForItsEnd() {
        server.on("GET /v1/invocations/" + ID + "/logs", 200, Map.of(), "event: log\ndata: START\n\n");
        assertThat(run("logs", ID, "-f")).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(shell.out()).isEqualTo("START\n");
    }

    @Test
    void theBooksAreShownAndDriftIsAFailure() {
        String books =
                "{\"auditedAt\":\"2026-03-04T05:06:07.000Z\",\"durationMs\":5,\"redisCompared\":true,\"drift\":%d,"
                        + "\"items\":[{\"function\":\"hello\",\"trigger\":\"api\",\"accepted\":3,\"succeeded\":2,\"lost\":%d,"
                        + "\"drift\":%d}]}";
        server.on("POST /v1/audit", 200, books.formatted(0, 0, 0)).on("POST /v1/audit", 200, books.formatted(1, 1, 1));
        assertThat(run("audit")).isZero();
        assertThat(shell.out()).contains("ACCEPTED").contains("hello/api");
        assertThat(run("audit")).isEqualTo(ExitCode.FUNCTION_FAILED);
        assertThat(shell.err()).contains("1 events do not come out even");
        server.on("POST /v1/audit?namespace=default&trigger=hello%2Fapi", 200, books.formatted(0, 0, 0));
        assertThat(run("audit", "--trigger", "hello/api", "-o", "json")).isZero();
        assertThat(run("audit", "--trigger", "hello")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void anInvocationIsCancelled() {
        String path = "POST /v1/invocations/" + ID + "/cancel";
        server.on(path, 202, "{\"requestId\":\"" + ID + "\",\"status\":\"RUNNING\"}");
        assertThat(run("cancel", ID, "--graceful")).isZero();
        assertThat(Json.read(server.asked().getLast().body()).path("graceful").asBoolean())
                .isTrue();
        assertThat(shell.err()).contains("told to end");
        server.on("POST /v1/invocations/other/cancel", 409, "{\"type\":\"already-ended\",\"detail\":\"it ended\"}");
        assertThat(run("cancel", "other")).isNotZero();
    }

    @Test
    void aTriggerIsPausedAndResumed() {
        server.on("POST /v1/functions/hello/triggers/api/pause", 200, "{\"name\":\"api\",\"paused\":true}")
                .on("POST /v1/functions/hello/triggers/api/resume", 200, "{\"name\":\"api\",\"paused\":false}");
        assertThat(run("trigger", "pause", "hello/api")).isZero();
        assertThat(shell.err()).contains("is paused");
        assertThat(run("trigger", "resume", "hello/api", "-o", "json")).isZero();
        assertThat(Json.read(shell.out()).path("paused").asBoolean()).isFalse();
        assertThat(run("trigger", "pause", "hello")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aRebuildIsWaitedForUnlessToldOtherwise() {
        String path = "/v1/redis/rebuild";
        server.on("POST " + path, 202, "{\"rebuilding\":true,\"recordsLeft\":3,\"partitions\":[]}")
                .on("GET " + path, 200, "{\"rebuilding\":true,\"recordsLeft\":1,\"partitions\":[]}")
                .on("GET " + path, 200, "{\"rebuilding\":false,\"recordsLeft\":0,\"partitions\":[]}");
        assertThat(run("redis", "rebuild")).isZero();
        assertThat(shell.err()).startsWith("rebuilding: 3 records").contains("done after");
        assertThat(server.asked()).hasSize(3);
        assertThat(run("redis", "rebuild", "--no-wait", "-o", "json")).isZero();
        assertThat(Json.read(shell.out()).path("recordsLeft").asInt()).isEqualTo(3);
        assertThat(server.asked()).hasSize(4);
    }

    @Test
    void anIdempotencyKeyGoesWithAnAsynchronousCall() {
        server.on("POST /v1/functions/hello/invocations", 202, "{\"requestId\":\"" + ID + "\"}");
        assertThat(run("invoke", "hello", "--async", "--idempotency-key", "k-1"))
                .isZero();
        assertThat(server.asked().getLast().header("Idempotency-Key")).contains("k-1");
        assertThat(run("invoke", "hello", "--idempotency-key", "k-1")).isEqualTo(ExitCode.USAGE);
        assertThat(run("invoke", "hello", "--async", "--idempotency-key", "two words"))
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void anEventIsPrintedByteForByte() {
        server.on("GET /v1/invocations/" + ID + "/event", 200, "{\"a\" : 1}");
        assertThat(run("event", ID)).isZero();
        assertThat(shell.out()).isEqualTo("{\"a\" : 1}");
    }

    @Test
    void deployingTellsWhatChangedAndKeepsOtherTriggers() {
        String function = "/v1/functions/nightly-report";
        String active = "{\"name\":\"nightly-report\",\"status\":\"ACTIVE\",\"revision\":%d}";
        server.on("GET " + function, 404, "{}")
                .on("GET " + function, 200, active.formatted(3))
                .on("PUT " + function, 201, active.formatted(3).replace("ACTIVE", "PENDING"))
                .on("PUT " + function, 200, active.formatted(3))
                .on("GET " + function + "/triggers", 200, """
                        {"items":[{"name":"api","revision":1},{"name":"old","revision":2}],"nextCursor":null}""")
                .on("PUT " + function + "/triggers/nightly", 201, "{\"name\":\"nightly\",\"revision\":4}")
                .on("DELETE " + function + "/triggers/old", 204, "");
        assertThat(run("deploy", "../examples/nightly-report")).isZero();
        assertThat(shell.out()).isEqualTo("""
                NAME                    CHANGE
                nightly-report          created
                nightly-report/nightly  created
                nightly-report/old      kept
                """);
        assertThat(shell.err()).contains("nightly-report/old is not in the file and was kept");
        assertThat(server.asked("PUT " + function).body())
                .contains("name=\"spec\"")
                .contains("filename=\"code.zip\"");

        assertThat(run("deploy", "../examples/nightly-report", "--prune", "-o", "json"))
                .isZero();
        JsonNode answer = Json.read(shell.out());
        assertThat(answer.path("changes").path(0).path("change").asString()).isEqualTo("unchanged");
        assertThat(answer.path("changes").path(2).path("change").asString()).isEqualTo("removed");
        assertThat(answer.path("function").path("status").asString()).isEqualTo("ACTIVE");
        server.asked("DELETE " + function + "/triggers/old");
    }

    @Test
    void aFunctionThatCannotRunIsNotCalledDeployed() {
        server.on(
                "PUT /v1/functions/hello",
                201,
                "{\"status\":\"FAILED\",\"statusReason\":\"no handler\",\"revision\":1}");
        assertThat(run("deploy", "../examples/hello")).isEqualTo(ExitCode.FUNCTION_FAILED);
        assertThat(shell.err()).contains("hello is deployed but cannot run: no handler");
    }

    @Test
    void anEmittedEventNamesTheTriggersThatTookIt() {
        String path = "POST /v1/cos/notifications";
        server.on(
                        path,
                        200,
                        "{\"stored\":[{\"trigger\":\"default/thumbs/photos\",\"requestId\":\"" + ID
                                + "\"}],\"unmatched\":0}")
                .on(path, 200, "{\"stored\":[],\"unmatched\":1}");
        assertThat(run("emit", "cos", "--bucket", "photos-1253970026", "--key", "in/a.jpg", "--size", "5"))
                .isZero();
        assertThat(shell.out()).contains("default/thumbs/photos  " + ID);
        JsonNode first = Json.read(server.asked(path).body()).path("Records").path(0);
        assertThat(first.path("cos").path("cosObject").path("key").asString()).isEqualTo("/1253970026/photos/in/a.jpg");
        assertThat(first.path("cos").path("cosObject").path("size").asLong()).isEqualTo(5);

        assertThat(run("emit", "cos", "--bucket", "photos", "--key", "in/a.jpg"))
                .isZero();
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).contains("nobody watches photos for cos:ObjectCreated:Put of in/a.jpg");
        JsonNode second = Json.read(server.asked(path).body()).path("Records").path(0);
        assertThat(second.path("event").path("reqid"))
                .isNotEqualTo(first.path("event").path("reqid"));
    }

    @Test
    void emittingAsksTheAdaptersWhereTheyAreApart() throws IOException {
        try (ScriptedServer adapters = new ScriptedServer()) {
            adapters.on("POST /v1/functions/report/triggers/nightly/fire", 202, "{\"requestId\":\"" + ID + "\"}");
            shell.with("MILLRACE_ADAPTERS_ENDPOINT", adapters.url());
            assertThat(run("trigger", "fire", "report/nightly")).isZero();
            assertThat(shell.out()).isEqualTo(ID + "\n");
            assertThat(server.asked()).isEmpty();
        }
    }

    @Test
    void aTriggerIsSwitchedByItsDefinitionAloneAndOnlyIfNobodyChangedIt() {
        String path = "/v1/functions/report/triggers/nightly";
        server.on("GET " + path, 200, Map.of("ETag", "\"7\""), """
                        {"name":"nightly","function":"report","namespace":"default","type":"timer","cron":"0 0 2 * * * *",
                         "enabled":true,"topic":"t","partitions":4,"revision":7,"createdAt":"x","modifiedAt":"y"}""").on("PUT " + path, 200, "{\"enabled\":false}");
        assertThat(run("trigger", "disable", "report/nightly")).isZero();
        assertThat(shell.err()).isEqualTo("report/nightly is switched off\n");
        ScriptedServer.Asked put = server.asked("PUT " + path);
        assertThat(Json.read(put.body()))
                .isEqualTo(Json.read("{\"type\":\"timer\",\"cron\":\"0 0 2 * * * *\",\"enabled\":false}"));
        assertThat(put.header("If-Match")).contains("\"7\"");
        assertThat(run("trigger", "enable", "report/nightly")).isZero();
        assertThat(shell.err()).isEqualTo("report/nightly is switched on already\n");
    }

    @Test
    void listsAreReadToTheirLastPage() {
        server.on("GET /v1/namespaces/orders/functions", 200, "{\"items\":[{\"name\":\"aa\"}],\"nextCursor\":\"a b\"}")
                .on(
                        "GET /v1/namespaces/orders/functions?cursor=a+b",
                        200,
                        "{\"items\":[{\"name\":\"bb\"}],\"nextCursor\":null}");
        assertThat(run("fn", "list", "-n", "orders", "-o", "jsonl")).isZero();
        assertThat(shell.out()).isEqualTo("{\"name\":\"aa\"}\n{\"name\":\"bb\"}\n");
    }

    @Test
    void namesThatCannotBeAreNotSent() {
        assertThat(run("fn", "get", "../etc")).isEqualTo(ExitCode.USAGE);
        assertThat(run("trigger", "next", "hello")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.err()).contains("write FUNCTION/TRIGGER");
        assertThat(server.asked()).isEmpty();
        run("result", "a/../b c");
        assertThat(server.asked().getLast().line()).isEqualTo("GET /v1/invocations/a%2F..%2Fb%20c");
    }

    @Test
    void aKeyThatIsRefusedIsExitCode4() {
        server.on("GET /v1/queues", 401, Map.of("WWW-Authenticate", "Bearer"), "{\"detail\":\"send a key\"}")
                .on(
                        "POST /v1/functions/hello/invocations",
                        401,
                        Map.of("WWW-Authenticate", "Bearer"),
                        "{\"detail\":\"send a key\"}");
        assertThat(run("queue", "list")).isEqualTo(ExitCode.NOT_ALLOWED);
        assertThat(shell.err()).contains("send a key").contains("MILLRACE_API_KEY");
        assertThat(run("invoke", "hello", "--async")).isEqualTo(ExitCode.NOT_ALLOWED);
    }

    @Test
    void theDoctorLooksAtTheServersParts() {
        server.on(
                        "GET /readyz",
                        503,
                        "{\"status\":\"not ready\",\"parts\":{\"kafka\":\"does not answer\",\"recorder\":\"ok\"}}")
                .on("GET /v1/functions?limit=1", 200, "{\"items\":[],\"nextCursor\":null}");
        shell.with("PATH", System.getenv("PATH"));
        assertThat(run("doctor", "-o", "jsonl")).isEqualTo(ExitCode.FUNCTION_FAILED);
        assertThat(shell.out())
                .contains(
                        "{\"part\":\"server: kafka\",\"ok\":false,\"text\":\"does not answer; look at the server's log\"}")
                .contains("{\"part\":\"server: recorder\",\"ok\":true,\"text\":\"ok\"}")
                .contains("{\"part\":\"key\",\"ok\":true,\"text\":\"none is needed\"}")
                .contains("\"part\":\"jdk\",\"ok\":true");
    }

    @Test
    void whatIsNotMillraceIsNotTakenForIt() {
        server.on("GET /v1/queues", 200, Map.of("Content-Type", "text/html"), "<html>");
        assertThat(run("queue", "list")).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(shell.err()).contains("what answers there is not Millrace");
    }
}
