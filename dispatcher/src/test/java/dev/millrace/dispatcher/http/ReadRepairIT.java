package dev.millrace.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Status;
import dev.millrace.dispatcher.RawRedis;
import dev.millrace.dispatcher.RunningDispatcher;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Keys that Redis lost one by one. */
@RealBackends
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadRepairIT {

    private final RedisSpace redis;
    private final RunningDispatcher dispatcher;

    ReadRepairIT(KafkaSpace kafka, RedisSpace redis) throws Exception {
        this.redis = redis;
        dispatcher = new RunningDispatcher(kafka, redis);
    }

    @BeforeAll
    void deploy() throws Exception {
        dispatcher.deploy("evicted");
    }

    @AfterAll
    void stop() {
        dispatcher.close();
    }

    @Test
    void anEvictedResultIsFoundInTheLogAndPutBackWithItsLog() throws Exception {
        String id = dispatcher.accept("evicted", "1");
        dispatcher.succeed(id, "{\"sum\":3}", "adding\n");
        JsonNode before = dispatcher.json("/v1/invocations/" + id + "?wait=30s");
        dispatcher.commit(id);
        forgetEverythingOfInvocations();

        assertThat(dispatcher.json("/v1/invocations/" + id)).isEqualTo(before);
        assertThat(dispatcher.get("/v1/invocations/" + id + "/logs").body()).contains("adding");
        try (RawRedis raw = new RawRedis(redis.uri().getPort())) {
            assertThat(raw.keys(redis.prefix() + "{o*}r:*")).isNotEmpty();
        }
    }

    @Test
    void anEvictedAttemptIsFoundToo() throws Exception {
        String id = dispatcher.accept("evicted", "1");
        dispatcher.failAttempt(id, 1, Status.RETRYING, "first\n");
        dispatcher.awaitStatus(id, "RETRYING");
        dispatcher.commit(id);
        forgetEverythingOfInvocations();

        assertThat(dispatcher.json("/v1/invocations/" + id).get("status").stringValue())
                .isEqualTo("RETRYING");
        assertThat(dispatcher.get("/v1/invocations/" + id + "/logs").body()).contains("first");
    }

    @Test
    void whatHasNoOutcomeAlthoughItWasCommittedIsGone() throws Exception {
        String id = dispatcher.accept("evicted", "1");
        dispatcher.commit(id);

        Problems.of(dispatcher.get("/v1/invocations/" + id), 410, "gone");
    }

    private void forgetEverythingOfInvocations() throws IOException {
        try (RawRedis raw = new RawRedis(redis.uri().getPort())) {
            List<String> keys = raw.keys(redis.prefix() + "{o*}[rlt]:*");
            assertThat(keys).isNotEmpty();
            raw.delete(keys);
        }
    }
}
