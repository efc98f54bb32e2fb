package dev.millrace.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;

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
class TriggersIT {

    private static final String NIGHTLY = "{\"type\":\"timer\",\"cron\":\"0 0 2 * * * *\",\"message\":\"go\"}";
    private static final String TRIGGERS = "/v1/functions/report/triggers";

    private RunningDispatcher dispatcher;

    @BeforeAll
    void start(KafkaSpace kafka, RedisSpace redis) throws Exception {
        dispatcher = new RunningDispatcher(kafka, redis);
        dispatcher.deploy("report");
    }

    @AfterAll
    void stop() {
        dispatcher.close();
    }

    @Test
    void aTimerIsCreatedShownAndRemoved() throws Exception {
        HttpResponse<String> created = dispatcher.send("PUT", TRIGGERS + "/nightly", NIGHTLY);

        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        JsonNode trigger = dispatcher.json(TRIGGERS + "/nightly");
        assertThat(trigger).isEqualTo(Json.MAPPER.readTree(created.body()));
        assertThat(trigger.get("timezone").stringValue()).isEqualTo("Asia/Shanghai");
        assertThat(trigger.get("enabled").booleanValue()).isTrue();
        assertThat(dispatcher.send("PUT", TRIGGERS + "/nightly", NIGHTLY).statusCode())
                .isEqualTo(200);
        assertThat(dispatcher.send("DELETE", TRIGGERS + "/nightly", "").statusCode())
                .isEqualTo(204);
        Problems.of(dispatcher.get(TRIGGERS + "/nightly"), 404, "not-found");
    }

    @Test
    void aTriggerIsPausedAndGoesOnAndADefinitionLeavesThatAsItIs() throws Exception {
        dispatcher.deploy("resting");
        String path = "/v1/functions/resting/triggers/api";

        assertThat(dispatcher.json(path).get("paused").booleanValue()).isFalse();
        HttpResponse<String> paused = dispatcher.send("POST", path + "/pause", "");
        assertThat(paused.statusCode()).as(paused.body()).isEqualTo(200);
        assertThat(Json.MAPPER.readTree(paused.body())).isEqualTo(dispatcher.json(path));
        assertThat(dispatcher.json(path).get("paused").booleanValue()).isTrue();
        String id = dispatcher.accept("resting", "1");
        assertThat(dispatcher.json("/v1/invocations/" + id).get("waitingFor").stringValue())
                .isEqualTo("paused");
        assertThat(dispatcher.json("/v1/scaling/resting").get("backlog").longValue())
                .isZero();
        assertThat(dispatcher.send("POST", path + "/pause", "").body()).isEqualTo(paused.body());
        dispatcher.send("POST", path + "/resume", "");
        assertThat(dispatcher.json(path).get("paused").booleanValue()).isFalse();
        assertThat(dispatcher.json("/v1/scaling/resting").get("backlog").longValue())
                .isEqualTo(1);

        dispatcher.send("PUT", TRIGGERS + "/nights", NIGHTLY);
        dispatcher.send("POST", TRIGGERS + "/nights/pause", "");
        dispatcher.send("PUT", TRIGGERS + "/nights", NIGHTLY.replace("0 0 2", "0 0 3"));
        assertThat(dispatcher.json(TRIGGERS + "/nights").get("paused").booleanValue())
                .isTrue();
        Problems.of(dispatcher.send("POST", TRIGGERS + "/nobody/pause", ""), 404, "not-found");
        Problems.of(dispatcher.send("POST", "/v1/functions/nobody/triggers/api/resume", ""), 404, "not-found");
    }

    @Test
    void theNextTicksOfATimerAreTold() throws Exception {
        dispatcher.send("PUT", TRIGGERS + "/ticking", NIGHTLY);

        JsonNode ticks = dispatcher.json(TRIGGERS + "/ticking/next?count=3").get("items");

        assertThat(ticks)
                .hasSize(3)
                .allSatisfy(tick -> assertThat(tick.stringValue()).endsWith("T18:00:00.000Z"));
        Problems.of(dispatcher.get(TRIGGERS + "/ticking/next?count=0"), 400, "malformed-request");
        Problems.of(dispatcher.get(TRIGGERS + "/api/next"), 400, "malformed-request");
    }

    @Test
    void everyFunctionHasItsApiTriggerWhichStays() throws Exception {
        assertThat(dispatcher.json(TRIGGERS).get("items").findValuesAsString("name"))
                .contains("api");
        Problems.of(dispatcher.send("DELETE", TRIGGERS + "/api", ""), 422, "invalid-definition");
    }

    @Test
    void aCosTriggerIsCreatedWithItsFilter() throws Exception {
        HttpResponse<String> created = dispatcher.send(
                "PUT", TRIGGERS + "/photos", "{\"type\":\"cos\",\"bucket\":\"photos\",\"suffix\":\".jpg\"}");

        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(Json.MAPPER.readTree(created.body()).at("/events/0").stringValue())
                .isEqualTo("cos:ObjectCreated:*");
    }

    @Test
    void aCronThatNeverFiresIsRefused() throws Exception {
        HttpResponse<String> answer =
                dispatcher.send("PUT", TRIGGERS + "/never", "{\"type\":\"timer\",\"cron\":\"0 0 2 30 2 * *\"}");

        assertThat(Problems.detail(answer, 422, "invalid-definition")).contains("never fires");
    }

    @Test
    void everyMistakeIsListed() throws Exception {
        HttpResponse<String> answer = dispatcher.send(
                "PUT",
                TRIGGERS + "/mistaken",
                "{\"type\":\"timer\",\"cron\":\"* * *\",\"timezone\":\"Asia/Shanghia\",\"mesage\":\"x\"}");

        assertThat(Problems.of(answer, 422, "invalid-definition")
                        .get("mistakes")
                        .findValuesAsString("path"))
                .contains("cron", "timezone", "mesage");
    }

    @Test
    void aTriggerOfAnUnknownFunctionIsNotFound() throws Exception {
        assertThat(Problems.detail(
                        dispatcher.send("PUT", "/v1/functions/reprot/triggers/nightly", NIGHTLY), 404, "not-found"))
                .contains("did you mean report?");
    }

    @Test
    void anUnknownTriggerIsNotFoundAndTheNearestNameIsSuggested() throws Exception {
        dispatcher.send("PUT", TRIGGERS + "/weekly", NIGHTLY);

        assertThat(Problems.detail(dispatcher.get(TRIGGERS + "/wekly"), 404, "not-found"))
                .contains("did you mean weekly?");
    }
}
