package dev.millrace.dispatcher.accept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.dispatcher.RunningDispatcher;
import dev.millrace.dispatcher.http.Problems;
import dev.millrace.embedded.fault.FaultProxy;
import dev.millrace.program.Backends;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@RealBackends
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdempotencyKeyIT {

    private RunningDispatcher dispatcher;
    private RunningDispatcher other;

    @BeforeAll
    void start(KafkaSpace kafka, RedisSpace redis) throws Exception {
        dispatcher = new RunningDispatcher(kafka, redis);
        other = new RunningDispatcher(kafka, redis);
        dispatcher.deploy("hello");
        dispatcher.deploy("same");
        dispatcher.deploy("many");
    }

    @AfterAll
    void stop() {
        other.close();
        dispatcher.close();
    }

    @Test
    void aRepeatedKeyGetsTheSameIdFromAnyDispatcherAndNothingMoreIsStored() throws Exception {
        HttpResponse<String> first = invoke(dispatcher, "same", "order-17", "1");
        HttpResponse<String> second = invoke(other, "same", "order-17", "1");

        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        assertThat(first.headers().firstValue("Idempotency-Replayed")).isEmpty();
        assertThat(second.statusCode()).isEqualTo(202);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("Idempotency-Replayed")).contains("true");
        assertThat(dispatcher.stored("same").count()).isEqualTo(1);
    }

    @Test
    void aKeyIsOfOneFunction() throws Exception {
        HttpResponse<String> one = invoke(dispatcher, "hello", "shared", "1");
        HttpResponse<String> two = invoke(dispatcher, "many", "shared", "1");

        assertThat(two.headers().firstValue("Idempotency-Replayed")).isEmpty();
        assertThat(two.body()).isNotEqualTo(one.body());
    }

    @Test
    void theSameKeyWithAnotherEventIsAConflict() throws Exception {
        invoke(dispatcher, "hello", "reused", "1");

        Problems.of(invoke(dispatcher, "hello", "reused", "2"), 409, "idempotency-key-reused");
    }

    @Test
    void manyAtOnceWithOneKeyGetOneId() throws Exception {
        long before = dispatcher.stored("many").count();
        List<Future<HttpResponse<String>>> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                RunningDispatcher asked = i % 2 == 0 ? dispatcher : other;
                answers.add(callers.submit(() -> invoke(asked, "many", "at-once", "1")));
            }
        }
        List<String> bodies = new ArrayList<>();
        for (Future<HttpResponse<String>> answer : answers) {
            assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(202);
            bodies.add(answer.get().body());
        }

        assertThat(bodies.stream().distinct()).hasSize(1);
        assertThat(dispatcher.stored("many").count()).isEqualTo(before + 1);
    }

    @Test
    void aKeyWithASpaceOrTooLongIsRefused() throws Exception {
        Problems.of(invoke(dispatcher, "hello", "two words", "1"), 400, "malformed-request");
        Problems.of(invoke(dispatcher, "hello", "k".repeat(256), "1"), 400, "malformed-request");
    }

    @Test
    void withoutRedisTheEventIsStoredAllTheSame(KafkaSpace kafka, RedisSpace redis) throws Exception {
        try (FaultProxy proxy = FaultProxy.open()) {
            int port = proxy.forwardTo(redis.uri().getPort());
            Backends real = RunningDispatcher.backends(kafka, redis);
            Backends broken = new Backends(
                    real.kafka(),
                    real.kafkaClient(),
                    real.topics(),
                    URI.create("redis://127.0.0.1:" + port),
                    real.redisPrefix(),
                    real.patience());
            try (RunningDispatcher blind = new RunningDispatcher(broken)) {
                proxy.stall();
                long began = System.nanoTime();

                HttpResponse<String> answer = invoke(blind, "hello", "blind", "1");

                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
                proxy.pass();
            }
        }
    }

    private static HttpResponse<String> invoke(RunningDispatcher dispatcher, String function, String key, String event)
            throws IOException, InterruptedException {
        String path = "/v1/functions/" + function + "/invocations";
        return dispatcher.send("POST", path, event, "Prefer", "respond-async", "Idempotency-Key", key);
    }
}
