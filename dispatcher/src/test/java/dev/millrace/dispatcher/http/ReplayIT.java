package dev.millrace.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Limits;
import dev.millrace.dispatcher.RunningDispatcher;
import dev.millrace.program.Json;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@RealBackends
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplayIT {

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
    void aReplayIsANewInvocationOfTheSameBytesAndTheOldOutcomeStays() throws Exception {
        String event = "{ \"b\":1.0 }";
        String first = dispatcher.accept("hello", event);
        dispatcher.succeed(first, "1", "");

        HttpResponse<String> answer = dispatcher.send("POST", replayOf(first), "");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        JsonNode replayed = Json.MAPPER.readTree(answer.body());
        String second = replayed.get("requestId").stringValue();
        assertThat(second).isNotEqualTo(first);
        assertThat(replayed.get("replayOf").stringValue()).isEqualTo(first);
        assertThat(answer.headers().firstValue("Location")).contains("/v1/invocations/" + second);
        assertThat(dispatcher.get("/v1/invocations/" + second + "/event").body())
                .isEqualTo(event);
        JsonNode queued = dispatcher.json("/v1/invocations/" + second);
        assertThat(queued.get("status").stringValue()).isEqualTo("QUEUED");
        assertThat(queued.get("replayOf").stringValue()).isEqualTo(first);
        assertThat(dispatcher
                        .json("/v1/invocations/" + first + "?wait=30s")
                        .get("status")
                        .stringValue())
                .isEqualTo("SUCCEEDED");
    }

    @Test
    void anEditedEventIsHandedInDigitByDigit() throws Exception {
        String first = dispatcher.accept("hello", "1");

        HttpResponse<String> answer =
                dispatcher.send("POST", replayOf(first), "{\"event\":{\"n\":1.50,\"m\":12345678901234567890.10}}");

        String second = Json.MAPPER.readTree(answer.body()).get("requestId").stringValue();
        assertThat(dispatcher.get("/v1/invocations/" + second + "/event").body())
                .isEqualTo("{\"n\":1.50,\"m\":12345678901234567890.10}");
    }

    @Test
    void nullIsAnEventToo() throws Exception {
        String first = dispatcher.accept("hello", "1");

        HttpResponse<String> answer = dispatcher.send("POST", replayOf(first), "{\"event\":null}");

        String second = Json.MAPPER.readTree(answer.body()).get("requestId").stringValue();
        assertThat(dispatcher.get("/v1/invocations/" + second + "/event").body())
                .isEqualTo("null");
    }

    @Test
    void whatCannotBeReplayedIsRefusedByItsReason() throws Exception {
        String id = dispatcher.accept("hello", "1");
        String path = replayOf(id);

        Problems.of(dispatcher.send("POST", "/v1/invocations/nonsense/replay", ""), 400, "invalid-request-id");
        Problems.of(dispatcher.send("POST", replayOf(dispatcher.idBehindTheEnd("hello")), ""), 404, "not-found");
        Problems.of(
                dispatcher.send("POST", "/v1/namespaces/other/invocations/" + id + "/replay", ""), 404, "not-found");
        assertThat(Problems.detail(dispatcher.send("POST", path, "{\"evnet\":1}"), 400, "malformed-request"))
                .contains("evnet", "did you mean event?");
        assertThat(Problems.detail(dispatcher.send("POST", path, "{\"version\":\"3\"}"), 400, "malformed-request"))
                .contains("$LATEST");
        Problems.of(dispatcher.send("POST", path, "[1]"), 400, "malformed-request");
        Problems.of(dispatcher.send("POST", path, "{\"event\":"), 400, "malformed-request");
        String large = "{\"event\":\"" + "x".repeat(Limits.ASYNC_EVENT_BYTES) + "\"}";
        Problems.of(dispatcher.send("POST", path, large), 413, "too-large");
    }

    @Test
    void theEventOfADeletedFunctionHasNobodyToRunItUntilTheFunctionIsBack() throws Exception {
        dispatcher.deploy("removed");
        String id = dispatcher.accept("removed", "7");
        dispatcher.send("DELETE", "/v1/functions/removed", "");

        assertThat(Problems.detail(dispatcher.send("POST", replayOf(id), ""), 404, "not-found"))
                .contains("no function removed");
        dispatcher.deploy("removed");
        HttpResponse<String> answer = dispatcher.send("POST", replayOf(id), "");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        String second = Json.MAPPER.readTree(answer.body()).get("requestId").stringValue();
        assertThat(dispatcher.get("/v1/invocations/" + second + "/event").body())
                .isEqualTo("7");
    }

    private static String replayOf(String id) {
        return "/v1/invocations/" + id + "/replay";
    }
}
