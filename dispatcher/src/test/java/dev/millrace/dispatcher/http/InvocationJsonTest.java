package dev.millrace.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerType;
import dev.millrace.program.Json;
import dev.millrace.redis.RunningRun;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class InvocationJsonTest {

    private final InvocationJson json = new InvocationJson(Samples.IDS);

    @Test
    void aFinishedInvocationHasExactlyThePromisedShape() {
        String expected = """
                {"requestId":"%s","function":"resize","namespace":"default","version":"$LATEST",
                 "trigger":{"type":"cos","name":"photos"},"status":"SUCCEEDED","waitingFor":null,
                 "acceptedAt":"2026-01-02T03:04:05.678Z","startedAt":"2026-01-02T03:04:05.688Z",
                 "endedAt":"2026-01-02T03:04:05.700Z",
                 "attempts":[{"attempt":1,"startedAt":"2026-01-02T03:04:05.688Z","endedAt":"2026-01-02T03:04:05.700Z",
                   "durationMs":12.3,"coldStart":{"totalMs":41,"pullCodeMs":3,"initRuntimeMs":20,"initFunctionMs":18},
                   "worker":"worker-1","memUsageBytes":11112448,"error":null,"nextTryAt":null}],
                 "result":{"any":"json"},"error":null,"expiresAt":"2026-01-02T04:04:05.700Z"}
                """.formatted(Samples.ID);

        String actual = json.one(Samples.view(Samples.succeeded("{\"any\":\"json\"}"), null));

        assertThat(Json.MAPPER.readTree(actual)).isEqualTo(Json.MAPPER.readTree(expected));
    }

    @Test
    void aResultIsCopiedDigitByDigit() {
        String result = "{\"b\":1.0000000000000000000001, \"a\":1e400}";

        assertThat(json.one(Samples.view(Samples.succeeded(result), null))).contains("\"result\":" + result);
    }

    @Test
    void aResultThatIsNoJsonDoesNotBreakTheDocument() {
        JsonNode shown = Json.MAPPER.readTree(json.one(Samples.view(Samples.succeeded("}{"), null)));

        assertThat(shown.get("result").stringValue()).isEqualTo("}{");
    }

    @Test
    void oneThatIsRetriedShowsTheReasonAndTheNextTryInItsLastAttemptAndHasNoEnd() {
        JsonNode shown = Json.MAPPER.readTree(json.one(Samples.view(Samples.retrying(), "retry-delay")));

        assertThat(shown.at("/attempts/0/nextTryAt").stringValue()).isEqualTo("2026-01-02T03:05:08.688Z");
        assertThat(shown.at("/attempts/0/error/code").intValue()).isEqualTo(433);
        assertThat(shown.get("waitingFor").stringValue()).isEqualTo("retry-delay");
        assertThat(List.of(shown.get("endedAt"), shown.get("error"), shown.get("result"), shown.get("expiresAt")))
                .allMatch(JsonNode::isNull);
    }

    @Test
    void oneThatRunsShowsTheRunUnderWayAsItsLastAttempt() {
        RunningRun second = new RunningRun(Samples.ADDRESS, 2, Samples.ACCEPTED + 70_000, "worker-2");
        Outcome before = Samples.retrying();
        InvocationView view = new InvocationView(
                Samples.ADDRESS,
                Samples.TRIGGER,
                TriggerType.COS,
                Status.RUNNING,
                null,
                Samples.ACCEPTED,
                before,
                second,
                null);

        JsonNode attempts = Json.MAPPER.readTree(json.one(view)).get("attempts");

        assertThat(attempts).hasSize(2);
        assertThat(attempts.at("/1/worker").stringValue()).isEqualTo("worker-2");
        assertThat(attempts.at("/1/endedAt").isNull()).isTrue();
    }

    @Test
    void aReplayNamesWhatItRepeats() {
        Outcome o = Samples.succeeded("1");
        Outcome replay = new Outcome(
                o.address(),
                o.status(),
                o.version(),
                o.acceptedAt(),
                o.endedAt(),
                o.ttlSeconds(),
                o.attempts(),
                o.result(),
                null,
                o.log(),
                new EventAddress(17, 3, 1));

        JsonNode shown = Json.MAPPER.readTree(json.one(Samples.view(replay, null)));

        assertThat(shown.get("replayOf").stringValue())
                .isEqualTo(Samples.IDS.encode(new EventAddress(17, 3, 1)).toString());
    }

    @Test
    void aPageLeavesResultsOut() {
        JsonNode page = Json.MAPPER.readTree(json.page(List.of(Samples.view(Samples.succeeded("1"), null)), "next"));

        assertThat(page.at("/items/0").has("result")).isFalse();
        assertThat(page.get("nextCursor").stringValue()).isEqualTo("next");
    }
}
