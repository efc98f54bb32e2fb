package dev.millrace.dispatcher.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Status;
import dev.millrace.contract.Topics;
import dev.millrace.dispatcher.RawRedis;
import dev.millrace.dispatcher.RunningDispatcher;
import dev.millrace.dispatcher.http.Problems;
import dev.millrace.program.Json;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@RealBackends
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditIT {

    private final RedisSpace redis;
    private final RunningDispatcher dispatcher;

    AuditIT(KafkaSpace kafka, RedisSpace redis) throws Exception {
        this.redis = redis;
        dispatcher = new RunningDispatcher(kafka, redis);
    }

    @AfterAll
    void stop() {
        dispatcher.close();
    }

    @Test
    void theBooksOfATriggerComeOutEvenAndWhatIsLostIsNamed() throws Exception {
        dispatcher.deploy("books");
        String succeeded = dispatcher.accept("books", "1");
        String failed = dispatcher.accept("books", "2");
        String cancelled = dispatcher.accept("books", "3");
        dispatcher.accept("books", "4");
        dispatcher.succeed(succeeded, "1", "");
        dispatcher.failAttempt(failed, 1, Status.FAILED, "");
        dispatcher.send("POST", "/v1/invocations/" + cancelled + "/cancel", "");
        for (String id : new String[] {succeeded, failed, cancelled}) {
            dispatcher.awaitEnd(id);
        }

        JsonNode books = audit("books/api");
        assertThat(books.get("drift").longValue()).isZero();
        assertThat(books.get("redisCompared").booleanValue()).isTrue();
        JsonNode account = books.get("items").get(0);
        assertThat(account.get("accepted").longValue()).isEqualTo(4);
        assertThat(account.get("succeeded").longValue()).isEqualTo(1);
        assertThat(account.get("failed").longValue()).isEqualTo(1);
        assertThat(account.get("cancelled").longValue()).isEqualTo(1);
        assertThat(account.get("waiting").longValue()).isEqualTo(1);
        assertThat(dispatcher.get("/metrics").body())
                .contains("millrace_books_drift{trigger=\"default/books/api\"} 0.0");
    }

    @Test
    void whatWasCommittedWithoutAnOutcomeIsLostAndWhatRedisLacksIsDrift() throws Exception {
        dispatcher.deploy("holes");
        String lost = dispatcher.accept("holes", "1");
        dispatcher.commit(lost);
        String ended = dispatcher.accept("holes", "2");
        dispatcher.succeed(ended, "1", "");
        dispatcher.awaitEnd(ended);
        try (RawRedis raw = new RawRedis(redis.uri().getPort())) {
            raw.delete(raw.keys(redis.prefix() + "{o*}r:*"));
        }

        JsonNode account = audit("holes/api").get("items").get(0);

        assertThat(account.get("lost").longValue()).isEqualTo(1);
        assertThat(account.get("notInRedis").longValue()).isEqualTo(1);
        assertThat(account.get("drift").longValue()).isEqualTo(2);
        assertThat(account.get("examples").toString()).contains(lost, ended);
        assertThat(dispatcher.get("/metrics").body())
                .contains("millrace_books_drift{trigger=\"default/holes/api\"} 2.0");
    }

    @Test
    void whatAWorkerCallsDoneAboveItsCommitAndHasNotEndedIsLost() throws Exception {
        dispatcher.deploy("maps");
        Map<Integer, List<String>> byPartition = new HashMap<>();
        for (int i = 0; i < 12; i++) {
            String id = dispatcher.accept("maps", "1");
            byPartition
                    .computeIfAbsent(dispatcher.address(id).partition(), partition -> new ArrayList<>())
                    .add(id);
        }
        List<String> lane = byPartition.values().stream()
                .filter(ids -> ids.size() >= 3)
                .findFirst()
                .orElseThrow();
        List<EventAddress> events = new ArrayList<>();
        for (String id : lane) {
            events.add(dispatcher.address(id));
        }
        for (String id : lane.subList(2, lane.size())) {
            dispatcher.succeed(id, "1", "");
            dispatcher.awaitEnd(id);
        }
        assertThat(audit("maps/api").get("drift").longValue()).isZero();

        dispatcher.commitAllButTheFirst(events);

        JsonNode account = audit("maps/api").get("items").get(0);
        assertThat(account.get("lost").longValue()).isEqualTo(1);
        assertThat(account.get("drift").longValue()).isEqualTo(1);
        assertThat(account.get("examples")).hasSize(1);
        assertThat(account.get("examples").get(0).stringValue()).isEqualTo(lane.get(1));
        assertThat(account.get("waiting").longValue()).isEqualTo(12 - 1 - (lane.size() - 2));
    }

    @Test
    void countersThatDoNotAgreeWithTheLogAreDrift() throws Exception {
        dispatcher.deploy("counted");
        String succeeded = dispatcher.accept("counted", "1");
        dispatcher.succeed(succeeded, "1", "");
        dispatcher.awaitEnd(succeeded);
        EventAddress address = dispatcher.address(succeeded);
        JsonNode right = awaitCounted("counted/api");
        assertThat(right.get("drift").longValue()).isZero();

        try (RawRedis raw = new RawRedis(redis.uri().getPort())) {
            int partition = Topics.outcomePartition(address);
            String counter = raw.keys(redis.prefix() + "{o" + partition + "}counted:*").stream()
                    .findFirst()
                    .orElseThrow();
            raw.command("HINCRBY", counter, address.trigger() + "." + Status.SUCCEEDED.code(), "3");
        }

        JsonNode books = audit("counted/api");
        assertThat(books.get("countersCompared").booleanValue()).isTrue();
        assertThat(books.get("items").get(0).get("miscounted").longValue()).isEqualTo(3);
        assertThat(books.get("items").get(0).get("counters").get("succeeded").longValue())
                .isEqualTo(4);
        assertThat(books.get("drift").longValue()).isEqualTo(3);
    }

    /** A recorder counts with its next answer from Redis, a moment after the result is there. */
    private JsonNode awaitCounted(String trigger) throws Exception {
        return await().until(
                        () -> audit(trigger),
                        books -> books.get("items").get(0).get("counters").has("succeeded"));
    }

    @Test
    void aTriggerThatIsNoneIsNotFound() throws Exception {
        Problems.of(dispatcher.send("POST", "/v1/audit?trigger=nobody/api", ""), 404, "not-found");
        Problems.of(dispatcher.send("POST", "/v1/audit?triger=nobody/api", ""), 400, "malformed-request");
    }

    private JsonNode audit(String trigger) throws Exception {
        HttpResponse<String> answer = dispatcher.send("POST", "/v1/audit?trigger=" + trigger, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }
}
