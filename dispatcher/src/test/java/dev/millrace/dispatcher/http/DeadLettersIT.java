package dev.millrace.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.dispatcher.RunningDispatcher;
import dev.millrace.program.Json;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@RealBackends
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeadLettersIT {

    private static final String LETTERS = "/v1/dead-letters";

    private RunningDispatcher dispatcher;
    private RunningDispatcher other;

    @BeforeAll
    void start(KafkaSpace kafka, RedisSpace redis) throws Exception {
        dispatcher = new RunningDispatcher(kafka, redis);
        other = new RunningDispatcher(kafka, redis);
    }

    @AfterAll
    void stop() {
        other.close();
        dispatcher.close();
    }

    @Test
    void aDeadLetterIsListedAndShownWithItsEventAndAttempts() throws Exception {
        List<String> ids = dead("shown", "{\"a\":1.0}");

        JsonNode listed = awaitListed(dispatcher, "shown", 1).get(0);
        JsonNode shown = dispatcher.json(LETTERS + "/" + ids.getFirst());

        assertThat(listed.get("requestId").stringValue()).isEqualTo(ids.getFirst());
        assertThat(listed.get("function").stringValue()).isEqualTo("shown");
        assertThat(listed.get("trigger").stringValue()).isEqualTo("api");
        assertThat(listed.get("reason").stringValue()).isEqualTo("FAILED");
        assertThat(listed.at("/error/type").stringValue()).isEqualTo("ValueError");
        assertThat(listed.get("attempts").intValue()).isEqualTo(3);
        assertThat(listed.get("deadAt").isString()).isTrue();
        assertThat(shown.at("/error/stackTrace").stringValue()).isEqualTo("Traceback");
        assertThat(shown.get("history")).hasSize(1);
        assertThat(dispatcher.get(LETTERS + "/" + ids.getFirst()).body()).contains("\"event\":{\"a\":1.0}");
    }

    @Test
    void anEventThatIsNoJsonIsShownAsItsBytes() throws Exception {
        List<String> ids = dead("garbled", "no json");
        awaitListed(dispatcher, "garbled", 1);

        assertThat(dispatcher
                        .json(LETTERS + "/" + ids.getFirst())
                        .get("eventBase64")
                        .stringValue())
                .isEqualTo("bm8ganNvbg==");
    }

    @Test
    void whatIsReplayedIsANewInvocationAndLeavesTheListsOfAllDispatchers() throws Exception {
        List<String> ids = dead("again", "1", "2", "3");
        awaitListed(dispatcher, "again", 3);
        awaitListed(other, "again", 3);

        HttpResponse<String> answer = replay("{\"filter\":{\"function\":\"again\"},\"limit\":2}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        JsonNode done = Json.MAPPER.readTree(answer.body());
        assertThat(done.findValuesAsString("requestId")).containsExactlyElementsOf(ids.subList(0, 2));
        assertThat(done.get("remaining").intValue()).isEqualTo(1);
        String first = done.at("/replayed/0/newRequestId").stringValue();
        JsonNode invocation = dispatcher.json("/v1/invocations/" + first);
        assertThat(invocation.get("replayOf").stringValue()).isEqualTo(ids.getFirst());
        assertThat(dispatcher.get("/v1/invocations/" + first + "/event").body()).isEqualTo("1");
        assertThat(list(dispatcher, "again")).hasSize(1);
        awaitListed(other, "again", 1);
        Problems.of(dispatcher.get(LETTERS + "/" + ids.getFirst()), 404, "not-found");
    }

    @Test
    void aDryRunSaysWhatItWouldDoAndDoesNothing() throws Exception {
        List<String> ids = dead("dry", "1", "2");
        awaitListed(dispatcher, "dry", 2);

        JsonNode replay = Json.MAPPER.readTree(
                replay("{\"filter\":{\"function\":\"dry\"},\"dryRun\":true}").body());
        JsonNode drop = Json.MAPPER.readTree(dispatcher
                .send("POST", LETTERS + "/drop", "{\"filter\":{\"function\":\"dry\"},\"dryRun\":true}")
                .body());

        assertThat(replay.findValuesAsString("requestId")).containsExactlyElementsOf(ids);
        assertThat(replay.at("/replayed/0/newRequestId").isNull()).isTrue();
        assertThat(replay.get("remaining").intValue()).isEqualTo(2);
        assertThat(drop.findValuesAsString("requestId")).containsExactlyElementsOf(ids);
        assertThat(list(dispatcher, "dry")).hasSize(2);
    }

    @Test
    void anEditedEventStandsInForOne() throws Exception {
        List<String> ids = dead("edited", "1", "2");
        awaitListed(dispatcher, "edited", 2);

        assertThat(Problems.detail(
                        replay("{\"filter\":{\"function\":\"edited\"},\"event\":7}"), 400, "malformed-request"))
                .contains("2 dead letters are meant");
        HttpResponse<String> answer = replay("{\"requestIds\":[\"" + ids.getLast() + "\"],\"event\":{\"x\":1.50}}");

        String replayed = Json.MAPPER
                .readTree(answer.body())
                .at("/replayed/0/newRequestId")
                .stringValue();
        assertThat(dispatcher.get("/v1/invocations/" + replayed + "/event").body())
                .isEqualTo("{\"x\":1.50}");
    }

    @Test
    void whatIsDroppedIsForgottenAndItsOutcomeStays() throws Exception {
        List<String> ids = dead("dropped", "1", "2", "3");
        awaitListed(dispatcher, "dropped", 3);

        assertThat(dispatcher.send("DELETE", LETTERS + "/" + ids.getFirst(), "").statusCode())
                .isEqualTo(204);
        HttpResponse<String> answer =
                dispatcher.send("POST", LETTERS + "/drop", "{\"requestIds\":[\"" + ids.get(1) + "\"]}");

        assertThat(Json.MAPPER.readTree(answer.body()).findValuesAsString("requestId"))
                .containsExactly(ids.get(1));
        assertThat(list(dispatcher, "dropped")).hasSize(1);
        assertThat(dispatcher.get("/v1/invocations/" + ids.getFirst()).statusCode())
                .isEqualTo(200);
        Problems.of(dispatcher.send("DELETE", LETTERS + "/" + ids.getFirst(), ""), 404, "not-found");
    }

    @Test
    void replayingTheInvocationItselfSeesToItsDeadLetter() throws Exception {
        List<String> ids = dead("itself", "1");
        awaitListed(dispatcher, "itself", 1);

        dispatcher.send("POST", "/v1/invocations/" + ids.getFirst() + "/replay", "");

        assertThat(list(dispatcher, "itself")).isEmpty();
    }

    @Test
    void deadLettersAreFoundByWhatTheyHaveInCommonAndGrouped() throws Exception {
        dead("grouped", "1", "2");
        awaitListed(dispatcher, "grouped", 2);

        JsonNode groups =
                dispatcher.json(LETTERS + "?function=grouped&group=error").get("items");

        assertThat(groups).hasSize(1);
        assertThat(groups.at("/0/count").intValue()).isEqualTo(2);
        assertThat(groups.at("/0/error/type").stringValue()).isEqualTo("ValueError");
        assertThat(items(LETTERS + "?function=grouped&reason=FAILED,EXPIRED&since=1h&errorType=ValueError"))
                .hasSize(2);
        assertThat(items(LETTERS + "?function=grouped&reason=EXPIRED")).isEmpty();
        assertThat(items(LETTERS + "?function=grouped&until=1h")).isEmpty();
        assertThat(items("/v1/namespaces/default/dead-letters?function=grouped"))
                .hasSize(2);
        assertThat(items("/v1/namespaces/other/dead-letters?function=grouped")).isEmpty();
        JsonNode first = dispatcher.json(LETTERS + "?function=grouped&limit=1");
        assertThat(items(LETTERS + "?function=grouped&limit=1&cursor="
                        + first.get("nextCursor").stringValue()))
                .hasSize(1);
    }

    @Test
    void lettersOfAFunctionThatIsGoneAreRefusedAndKept() throws Exception {
        List<String> ids = dead("bygone", "1");
        awaitListed(dispatcher, "bygone", 1);
        dispatcher.send("DELETE", "/v1/functions/bygone", "");

        JsonNode done = Json.MAPPER.readTree(
                replay("{\"requestIds\":[\"" + ids.getFirst() + "\"]}").body());

        assertThat(done.get("replayed")).isEmpty();
        assertThat(done.at("/refused/0/reason").stringValue()).contains("no function bygone");
        assertThat(list(dispatcher, "bygone")).hasSize(1);
    }

    @Test
    void badRequestsAreRefusedByWhatIsWrong() throws Exception {
        List<String> ids = dead("strict", "1");
        awaitListed(dispatcher, "strict", 1);
        String none = dispatcher.accept("strict", "2");

        malformed(dispatcher.get(LETTERS + "?functoin=x"), "did you mean function?");
        malformed(dispatcher.get(LETTERS + "?reason=FIALED"), "did you mean FAILED?");
        malformed(dispatcher.get(LETTERS + "?group=reason"), "group");
        malformed(dispatcher.get(LETTERS + "?cursor=x"), "cursor");
        malformed(dispatcher.get(LETTERS + "?limit=0"), "limit");
        malformed(replay("{}"), "either requestIds or filter");
        malformed(replay("{\"requestIds\":[],\"dryRun\":true}"), "requestIds");
        malformed(replay("{\"requestIds\":[1]}"), "requestIds");
        malformed(replay("{\"filter\":{\"functoin\":\"x\"}}"), "filter.functoin");
        malformed(replay("{\"filter\":[]}"), "filter must be an object");
        malformed(replay("{\"filter\":{},\"rate\":0}"), "rate");
        malformed(replay("{\"filter\":{},\"dryrun\":true}"), "did you mean dryRun?");
        malformed(replay("{\"filter\":{},\"version\":\"7\"}"), "$LATEST");
        malformed(replay(""), "empty");
        Problems.of(dispatcher.get(LETTERS + "/" + none), 404, "not-found");
        Problems.of(dispatcher.get(LETTERS + "/nonsense"), 400, "invalid-request-id");
        Problems.of(dispatcher.get("/v1/namespaces/other/dead-letters/" + ids.getFirst()), 404, "not-found");
        JsonNode problem =
                Problems.of(replay("{\"requestIds\":[\"" + ids.getFirst() + "\",\"" + none + "\"]}"), 404, "not-found");
        assertThat(problem.get("missing")).hasSize(1);
        assertThat(list(dispatcher, "strict")).hasSize(1);
    }

    private static void malformed(HttpResponse<String> answer, String what) {
        assertThat(Problems.detail(answer, 400, "malformed-request")).contains(what);
    }

    private HttpResponse<String> replay(String body) throws Exception {
        return dispatcher.send("POST", LETTERS + "/replay", body);
    }

    /** Deploys a function, and gives up these events of it as a worker would. */
    private List<String> dead(String function, String... events) throws Exception {
        dispatcher.deploy(function);
        List<String> ids = new ArrayList<>();
        for (String event : events) {
            String id = dispatcher.accept(function, "0");
            dispatcher.bury(id, event);
            ids.add(id);
        }
        return ids;
    }

    private JsonNode items(String path) throws Exception {
        return dispatcher.json(path).get("items");
    }

    private static JsonNode list(RunningDispatcher at, String function) throws Exception {
        return at.json(LETTERS + "?function=" + function).get("items");
    }

    private static JsonNode awaitListed(RunningDispatcher at, String function, int count) {
        return await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> list(at, function), items -> items.size() == count);
    }
}
