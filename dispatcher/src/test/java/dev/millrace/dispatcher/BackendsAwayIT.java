package dev.millrace.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.Topics;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.fault.FaultProxy;
import dev.millrace.program.Backends;
import dev.millrace.program.Health;
import dev.millrace.program.Json;
import dev.millrace.program.Metrics;
import dev.millrace.program.StartException;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@RealBackends
class BackendsAwayIT {

    /** What a caller is promised, and room for a busy machine. */
    private static final Duration ANSWERED = Duration.ofSeconds(7);

    /** Less than anybody gives a container to stop. */
    private static final Duration STOPPED = Duration.ofSeconds(7);

    @TempDir
    Path folder;

    @Test
    void whileRedisIsAwayEventsAreAcceptedAndAWaitingCallerStillLearnsTheEnd(KafkaSpace kafka, RedisSpace redis)
            throws Exception {
        try (FaultProxy proxy = FaultProxy.open()) {
            int port = proxy.forwardTo(redis.uri().getPort());
            Backends backends = with(RunningDispatcher.backends(kafka, redis), URI.create("redis://127.0.0.1:" + port));
            try (RunningDispatcher dispatcher = new RunningDispatcher(backends)) {
                dispatcher.deploy("hello");
                proxy.cut();

                String id = dispatcher.accept("hello", "1");
                HttpResponse<String> state = dispatcher.get("/v1/invocations/" + id);
                assertThat(state.statusCode()).as(state.body()).isEqualTo(503);
                assertThat(state.headers().firstValue("Retry-After")).isPresent();
                assertThat(dispatcher.get("/v1/queues").statusCode()).isEqualTo(200);
                assertThat(dispatcher.get("/readyz").statusCode()).isEqualTo(200);

                proxy.pass();
                dispatcher.succeed(id, "1", "");
                JsonNode ended = dispatcher.json("/v1/invocations/" + id + "?wait=40s");
                assertThat(ended.get("status").stringValue()).isEqualTo("SUCCEEDED");
            }
        }
    }

    @Test
    void whileKafkaIsAwayNothingIsAcceptedAndTheAnswerAsWellAsTheStopComesWithinSeconds(RedisSpace redis)
            throws Exception {
        try (FaultProxy proxy = FaultProxy.open();
                EmbeddedKafka kafka =
                        EmbeddedKafka.in(folder).behind(proxy::forwardTo).start()) {
            KafkaSpace space = new KafkaSpace(kafka.bootstrapServers(), "away.");
            long stopping;
            try (RunningDispatcher dispatcher = new RunningDispatcher(space, redis.within("away"))) {
                dispatcher.deploy("hello");
                dispatcher.accept("hello", "1");
                proxy.cut();

                long started = System.nanoTime();
                HttpResponse<String> answer = dispatcher.invoke("hello", "2");
                Duration took = Duration.ofNanos(System.nanoTime() - started);

                assertThat(answer.statusCode()).as(answer.body()).isIn(503, 504);
                String type = Json.MAPPER.readTree(answer.body()).get("type").stringValue();
                assertThat(type).isEqualTo(answer.statusCode() == 503 ? "kafka-unavailable" : "acceptance-unknown");
                assertThat(took).isLessThan(ANSWERED);
                stopping = System.nanoTime();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - stopping))
                    .as("its stop")
                    .isLessThan(STOPPED);
        }
    }

    @Test
    void aStartWithoutKafkaIsOneClearLine(KafkaSpace kafka, RedisSpace redis) {
        Backends nowhere = new Backends(
                "127.0.0.1:1",
                Map.of(),
                new Topics(kafka.prefix()),
                redis.uri(),
                redis.prefix(),
                Duration.ofSeconds(1));

        assertThatThrownBy(() -> Dispatcher.start(nowhere, Clock.systemUTC(), new Metrics(), new Health()))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("127.0.0.1:1")
                .hasMessageContaining("MILLRACE_KAFKA");
    }

    private static Backends with(Backends backends, URI redis) {
        return new Backends(
                backends.kafka(),
                backends.kafkaClient(),
                backends.topics(),
                redis,
                backends.redisPrefix(),
                backends.patience());
    }
}
