package dev.millrace.dispatcher.accept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.Topics;
import dev.millrace.dispatcher.DispatcherProcess;
import dev.millrace.dispatcher.RunningDispatcher;
import dev.millrace.program.Json;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real dispatcher process dies around the moment at which it stores an event; the caller asks another one. */
@RealBackends
class DeadDispatcherIT {

    private static final String PATH = "/v1/functions/hello/invocations";

    @TempDir
    Path folder;

    private final KafkaSpace kafka;
    private final RedisSpace redis;
    private RunningDispatcher survivor;

    DeadDispatcherIT(KafkaSpace kafka, RedisSpace redis) {
        this.kafka = kafka;
        this.redis = redis;
    }

    @BeforeEach
    void start() throws Exception {
        survivor = new RunningDispatcher(kafka, redis);
        survivor.deploy("hello");
    }

    @AfterEach
    void stop() {
        survivor.close();
    }

    @Test
    void theIdOfAnEventThatWasStoredBeforeTheDispatcherDiedIsFoundByItsKey() throws Exception {
        long before = survivor.stored("hello").count();
        die("after-publish-before-answer", "stored");

        HttpResponse<String> repeated = repeat("stored");

        assertThat(repeated.statusCode()).as(repeated.body()).isEqualTo(202);
        assertThat(repeated.headers().firstValue("Idempotency-Replayed")).contains("true");
        assertThat(survivor.stored("hello").count()).isEqualTo(before + 1);
        String id = Json.MAPPER.readTree(repeated.body()).get("requestId").stringValue();
        assertThat(survivor.get("/v1/invocations/" + id + "/event").body()).isEqualTo("{\"n\":1}");
        HttpResponse<String> again = repeat("stored");
        assertThat(again.body()).isEqualTo(repeated.body());
    }

    @Test
    void anEventThatWasNotStoredBeforeTheDispatcherDiedIsStoredWhenItComesAgain() throws Exception {
        long before = survivor.stored("hello").count();
        die("before-publish", "unstored");

        HttpResponse<String> repeated = repeat("unstored");

        assertThat(repeated.statusCode()).as(repeated.body()).isEqualTo(202);
        assertThat(repeated.headers().firstValue("Idempotency-Replayed")).isEmpty();
        assertThat(survivor.stored("hello").count()).isEqualTo(before + 1);
    }

    /** While the dead one may still be about to store it, the answer is to come back. */
    private HttpResponse<String> repeat(String key) throws IOException, InterruptedException {
        HttpResponse<String> answer;
        int tries = 0;
        do {
            answer = survivor.send("POST", PATH, "{\"n\":1}", "Prefer", "respond-async", "Idempotency-Key", key);
            tries++;
        } while (answer.statusCode() == 409 && tries < 10);
        return answer;
    }

    private void die(String crashPoint, String key) throws Exception {
        Map<String, String> environment = Map.of(
                "MILLRACE_KAFKA", kafka.bootstrapServers(),
                "MILLRACE_TOPIC_PREFIX", new Topics(kafka.prefix()).prefix(),
                "MILLRACE_REDIS", redis.uri().toString(),
                "MILLRACE_REDIS_PREFIX", redis.prefix(),
                "MILLRACE_CRASH_POINT", crashPoint);
        try (DispatcherProcess dying = DispatcherProcess.start(environment, folder.resolve("err"))) {
            HttpRequest request = HttpRequest.newBuilder(dying.uri(PATH))
                    .header("Prefer", "respond-async")
                    .header("Idempotency-Key", key)
                    .POST(BodyPublishers.ofString("{\"n\":1}"))
                    .build();
            assertThatThrownBy(() -> survivor.client().send(request, BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
            assertThat(dying.hasCrashed()).isTrue();
        }
    }
}
