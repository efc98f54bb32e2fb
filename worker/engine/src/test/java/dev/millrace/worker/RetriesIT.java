package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.RetryPolicy;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits for its time, with whole workers on a real Kafka: retries, delays, expiry. */
@RealBackends
class RetriesIT {

    private Fleet fleet;

    @BeforeEach
    void open(KafkaSpace kafka, RedisSpace redis, @TempDir Path directory) {
        fleet = new Fleet(kafka, redis, directory);
    }

    @AfterEach
    void close() throws InterruptedException {
        fleet.close();
    }

    @Test
    void aFailedAttemptIsTriedAgainWhenItsPolicySaysAndNeverEarlier() throws Exception {
        TriggerDefinition flaky = fleet.define(retrying("flaky", 2, Duration.ofSeconds(1)));
        Map<Integer, AtomicInteger> runs = new ConcurrentHashMap<>();
        fleet.start(fleet.worker("w-flaky").handler("flaky", Integer.class, (number, context) -> {
            int run = runs.computeIfAbsent(number, n -> new AtomicInteger()).incrementAndGet();
            assertThat(context.attempt()).isEqualTo(run);
            if (run <= number % 4) {
                throw new IllegalStateException("not yet");
            }
            return number;
        }));
        // They make 45 runs: fewer than the function's breaker judges by.
        List<EventAddress> events = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            events.add(fleet.publish(flaky, Integer.toString(number)));
        }
        for (int number = 0; number < 20; number++) {
            Outcome outcome = fleet.outcome(events.get(number));
            int failures = number % 4;
            assertThat(outcome.status()).isEqualTo(failures == 3 ? Status.FAILED : Status.SUCCEEDED);
            assertThat(outcome.attempts()).hasSize(Math.min(3, failures + 1));
            assertThat(fleet.outcomes(events.get(number)))
                    .hasSize(outcome.attempts().size());
            assertThat(latenesses(outcome)).allSatisfy(late -> assertThat(late).isNotNegative());
            assertThat(runs.get(number)).hasValue(outcome.attempts().size());
        }
    }

    @Test
    void aDelayedEventRunsOnceItIsDue() throws Exception {
        TriggerDefinition later = fleet.define(retrying("later", 0, Duration.ZERO));
        fleet.start(fleet.worker("w-later").handler("later", Object.class, (event, context) -> "done"));
        long accepted = System.currentTimeMillis();
        Instant due = Instant.ofEpochMilli(accepted).plusSeconds(7);
        EventHeader header = EventHeader.accepted(accepted).delayedUntil(due, Duration.ofHours(6));
        EventAddress event = fleet.publish(later, header, "{}");

        await().until(() -> !fleet.outcomes(event).isEmpty());
        Outcome waiting = fleet.outcomes(event).getFirst();
        assertThat(waiting.status()).isEqualTo(Status.RETRYING);
        assertThat(waiting.attempts()).isEmpty();
        assertThat(waiting.notBefore()).isEqualTo(due.toEpochMilli());

        Outcome outcome = fleet.outcome(event);
        assertThat(outcome.status()).isEqualTo(Status.SUCCEEDED);
        assertThat(outcome.attempts())
                .singleElement()
                .satisfies(attempt ->
                        assertThat(attempt.startedAt()).isBetween(due.toEpochMilli(), due.toEpochMilli() + 3_000));
        assertThat(fleet.outcomes(event)).hasSize(2);
    }

    @Test
    void whatWaitsForAPermitExpiresAtItsTime() throws Exception {
        FunctionSpec spec = retrying("busy", 0, Duration.ZERO);
        RetryPolicy threeSeconds = new RetryPolicy(0, RetryPolicy.Delay.fixed(Duration.ZERO), Duration.ofSeconds(3));
        FunctionSpec patient = Fleet.withTimeouts(spec, Duration.ofMinutes(1), Duration.ofSeconds(30));
        TriggerDefinition busy = fleet.define(Fleet.withConcurrency(Fleet.withRetry(patient, threeSeconds), 1));
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        fleet.start(fleet.worker("w-busy").handler("busy", Object.class, (event, context) -> {
            runs.countDown();
            release.await();
            return "late";
        }));
        EventAddress first = fleet.publish(busy, "1");
        runs.await();
        List<EventAddress> others = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            others.add(fleet.publish(busy, "2"));
        }
        for (EventAddress event : others) {
            Outcome expired = fleet.outcome(event);
            assertThat(expired.status()).isEqualTo(Status.EXPIRED);
            assertThat(expired.endedAt()).isBetween(expired.acceptedAt() + 3_000, expired.acceptedAt() + 8_000);
            assertThat(expired.attempts()).isEmpty();
        }
        assertThat(fleet.hasEnded(first)).isFalse();
        release.countDown();
        assertThat(fleet.outcome(first).status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void whatItsTriggerDidNotOutliveIsDead() throws Exception {
        FunctionSpec spec = retrying("brief", 3, Duration.ofSeconds(4));
        TriggerDefinition brief = fleet.define(spec);
        fleet.start(fleet.worker("w-brief").handler("brief", Object.class, (event, context) -> {
            throw new IllegalStateException("no");
        }));
        EventAddress event = fleet.publish(brief, "1");
        await().until(() -> !fleet.outcomes(event).isEmpty());
        fleet.delete(spec);
        Outcome outcome = fleet.outcome(event);
        assertThat(outcome.status()).isEqualTo(Status.DEAD);
        assertThat(outcome.attempts()).hasSize(1);
        AttemptError error = outcome.error();
        assertThat(error).isNotNull();
        assertThat(error.type()).isEqualTo("FunctionNotFound");
    }

    @Test
    void absurdTimesEndAsDeadAndHoldUpNobody() throws Exception {
        TriggerDefinition plain = fleet.define(retrying("plain", 0, Duration.ZERO));
        fleet.start(fleet.worker("w-plain").handler("plain", Object.class, (event, context) -> "run"));
        long now = System.currentTimeMillis();
        List<EventHeader> absurd = List.of(
                new EventHeader(now, 1, 0, 0, EventHeader.MAX_TIME, null, null, null, 0, List.of()),
                new EventHeader(now, 1, 0, EventHeader.MAX_TIME, 0, null, null, null, 0, List.of()),
                new EventHeader(now, EventHeader.MAX_ATTEMPT, 0, 0, 0, null, null, null, 0, List.of()),
                EventHeader.accepted(EventHeader.MAX_TIME));
        List<EventAddress> bad =
                absurd.stream().map(header -> fleet.publish(plain, header, "1")).toList();
        EventAddress good = fleet.publish(plain, "1");
        assertThat(fleet.outcome(good).status()).isEqualTo(Status.SUCCEEDED);
        assertThat(bad)
                .allSatisfy(event -> assertThat(fleet.outcome(event).status()).isEqualTo(Status.DEAD));
    }

    @Test
    void retriesOutliveTheWorkerThatMadeThem() throws Exception {
        TriggerDefinition handed = fleet.define(retrying("handed", 1, Duration.ofSeconds(6)));
        Worker first = fleet.start(fleet.worker("w-one").handler("handed", Object.class, (event, context) -> {
            throw new IllegalStateException("first attempts fail");
        }));
        List<EventAddress> events = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            events.add(fleet.publish(handed, "1"));
        }
        await().until(() ->
                events.stream().noneMatch(event -> fleet.outcomes(event).isEmpty()));
        first.close();
        AtomicInteger runs = new AtomicInteger();
        fleet.start(fleet.worker("w-two").handler("handed", Object.class, (event, context) -> runs.incrementAndGet()));
        for (EventAddress event : events) {
            Outcome outcome = fleet.outcome(event);
            assertThat(outcome.status()).isEqualTo(Status.SUCCEEDED);
            assertThat(outcome.attempts()).extracting(Attempt::worker).containsExactly("w-one", "w-two");
        }
        assertThat(runs).hasValue(20);
    }

    private static List<Long> latenesses(Outcome outcome) {
        List<Long> late = new ArrayList<>();
        for (int i = 1; i < outcome.attempts().size(); i++) {
            late.add(outcome.attempts().get(i).startedAt()
                    - outcome.attempts().get(i - 1).nextTryAt());
        }
        return late;
    }

    private static FunctionSpec retrying(String name, int retries, Duration delay) {
        RetryPolicy policy = new RetryPolicy(retries, RetryPolicy.Delay.fixed(delay), Duration.ofHours(6));
        return Fleet.withRetry(Fleet.spec(name, RuntimeKind.JAVA, "-"), policy);
    }
}
