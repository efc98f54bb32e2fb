package dev.millrace.worker.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.Limits;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.RetryPolicy;
import dev.millrace.contract.Status;
import dev.millrace.function.TerminalException;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.report.Consequence;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalExecutionTest {

    record Order(String id, int amount) {}

    record Receipt(String order, boolean paid) {}

    @Test
    void aHandlerTakesARecordAndItsResultIsJson() {
        try (Workshop workshop = Workshop.with(Order.class, (order, context) -> {
            context.log("paying " + order.amount());
            return new Receipt(order.id(), true);
        })) {
            Outcome outcome = workshop.run("{\"id\":\"o-1\",\"amount\":3}");
            assertThat(outcome.status()).isEqualTo(Status.SUCCEEDED);
            assertThat(text(outcome.result())).isEqualTo("{\"order\":\"o-1\",\"paid\":true}");
            assertThat(text(outcome.log())).isEqualTo("paying 3\n");
            assertThat(outcome.attempts()).singleElement().satisfies(attempt -> {
                assertThat(attempt.number()).isEqualTo(1);
                assertThat(attempt.worker()).isEqualTo("w1");
                assertThat(attempt.error()).isNull();
            });
        }
    }

    @Test
    void bytesAndStringsReceiveTheEventUntouched() {
        try (Workshop workshop = Workshop.with(byte[].class, (event, context) -> event.length)) {
            assertThat(text(workshop.run("not json").result())).isEqualTo("8");
        }
        try (Workshop workshop = Workshop.with(String.class, (event, context) -> event)) {
            assertThat(text(workshop.run("{ \"a\" : 1 }").result())).isEqualTo("\"{ \\\"a\\\" : 1 }\"");
        }
    }

    @Test
    void aFunctionHasTheWeightOfItsDefinition() {
        try (Workshop workshop = Workshop.with(Object.class, (value, context) -> value)) {
            assertThat(workshop.execution.weight(Workshop.FUNCTION)).isEqualTo(1);
            workshop.weigh(7);
            assertThat(workshop.execution.weight(Workshop.FUNCTION)).isEqualTo(7);
            workshop.undefine();
            assertThat(workshop.execution.weight(Workshop.FUNCTION)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":[1,2]}", "[1]", "\"x\"", "3", "true"})
    void anObjectHandlerReceivesWhateverTheEventIs(String event) {
        try (Workshop workshop = Workshop.with(Object.class, (value, context) -> value)) {
            assertThat(text(workshop.run(event).result())).isEqualTo(event);
        }
    }

    @Test
    void whatALiveWorkerRunsIsAskedForAgainWithoutAPermit() {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger asked = new AtomicInteger();
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> runs.incrementAndGet())) {
            workshop.gate.answer(delivery ->
                    asked.incrementAndGet() < 3 ? new StartGate.Answer.Wait() : new StartGate.Answer.Begin(1));
            assertThat(workshop.run(takenOver()).status()).isEqualTo(Status.SUCCEEDED);
            assertThat(asked).hasValue(3);
            assertThat(runs).hasValue(1);
        }
    }

    @Test
    void whatThreeWorkersDiedOfIsNotRun() {
        AtomicInteger runs = new AtomicInteger();
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> runs.incrementAndGet())) {
            workshop.gate.answer(delivery -> new StartGate.Answer.Begin(3));
            Outcome outcome = workshop.run(takenOver());
            assertThat(outcome.status()).isEqualTo(Status.FAILED);
            assertThat(errorOf(outcome).type()).isEqualTo("WORKER_CRASHED");
            assertThat(runs).hasValue(0);
        }
    }

    @Test
    void whatWasLostWhileItWasAskedForIsNotRun() {
        AtomicInteger runs = new AtomicInteger();
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> runs.incrementAndGet())) {
            workshop.gate.answer(delivery -> {
                workshop.lose(delivery.lane());
                return new StartGate.Answer.Begin(1);
            });
            workshop.hand(takenOver());
            workshop.awaitIdle();
            assertThat(runs).hasValue(0);
            assertThat(workshop.gate.abandoned()).hasSize(1);
        }
    }

    @Test
    void aWorkerThatStoodStillBetweenTheGateAndTheHandlerAsksAgainFirst() {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger asked = new AtomicInteger();
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> runs.incrementAndGet())) {
            workshop.gate.answer(delivery -> {
                if (asked.incrementAndGet() == 1) {
                    workshop.standStill();
                }
                return new StartGate.Answer.Begin(1);
            });
            workshop.hand(takenOver());
            await().until(() -> !workshop.gate.abandoned().isEmpty());
            assertThat(runs).hasValue(0);
            workshop.proveMembership();
            assertThat(workshop.outcome(0).status()).isEqualTo(Status.SUCCEEDED);
            assertThat(asked).hasValue(2);
        }
    }

    private static Delivery takenOver() {
        return Workshop.delivery(0, "1").crashed(1);
    }

    @Test
    void nullIsAResultAndAnEvent() {
        try (Workshop workshop = Workshop.with(Map.class, (event, context) -> event)) {
            assertThat(text(workshop.run("null").result())).isEqualTo("null");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"id\":}", "{} {}", "nonsense", "\u0000"})
    void whatIsNotJsonIsBuriedWithoutAnAttempt(String event) {
        try (Workshop workshop = Workshop.with(Order.class, (order, context) -> order)) {
            Outcome outcome = workshop.run(event);
            assertThat(outcome.status()).isEqualTo(Status.DEAD);
            assertThat(outcome.attempts()).isEmpty();
            assertThat(errorOf(outcome).type()).isEqualTo("EventUnreadable");
        }
    }

    @Test
    void jsonThatIsNotWhatTheHandlerTakesIsAFailureOfTheFunction() {
        try (Workshop workshop = Workshop.with(Order.class, (order, context) -> order)) {
            Outcome outcome = workshop.run("[1,2]");
            assertThat(outcome.status()).isEqualTo(Status.FAILED);
            assertThat(errorOf(outcome).code()).isEqualTo(430);
        }
    }

    @Test
    void anExceptionIsToldWithTheFramesOfItsAuthorOnly() {
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> {
            throw new IllegalStateException("no money", new java.io.IOException("bank closed"));
        })) {
            AttemptError error = errorOf(workshop.run("1"));
            assertThat(error.code()).isEqualTo(430);
            assertThat(error.type()).isEqualTo("java.lang.IllegalStateException");
            assertThat(error.text()).isEqualTo("no money");
            assertThat(error.stackTrace())
                    .startsWith("java.lang.IllegalStateException: no money\n\tat ")
                    .contains("LocalExecutionTest", "Caused by: java.io.IOException: bank closed")
                    .doesNotContain("HandlerRunner", "VirtualThread");
        }
    }

    @Test
    void anExceptionThatFailsToTellItsTextIsToldAllTheSame() {
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> {
            throw new Spiteful();
        })) {
            assertThat(errorOf(workshop.run("1")).text()).contains("Spiteful", "failed to tell its text");
        }
    }

    private static final class Spiteful extends RuntimeException {
        @Override
        public String getMessage() {
            throw new IllegalStateException("not even that");
        }
    }

    @Test
    void anExceptionThatForbidsARetryIsFinal() {
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> {
            throw new IllegalArgumentException(new TerminalException("customer is gone"));
        })) {
            assertThat(workshop.run("1").status()).isEqualTo(Status.FAILED);
        }
    }

    @Test
    void endlessRecursionEndsItsAttemptAndNothingElse() {
        try (Workshop workshop = Workshop.with(Integer.class, (event, context) -> event == 0 ? 0 : endless(event))) {
            assertThat(errorOf(workshop.run("1")).type()).isEqualTo("java.lang.StackOverflowError");
            assertThat(workshop.run(Workshop.delivery(1, "0")).status()).isEqualTo(Status.SUCCEEDED);
        }
    }

    private static int endless(int depth) {
        return depth < 0 ? depth : depth + endless(depth + 1);
    }

    @Test
    void anErrorOfMemoryIsOutOfMemory() {
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> {
            throw new OutOfMemoryError("staged");
        })) {
            assertThat(errorOf(workshop.run("1")).code()).isEqualTo(434);
        }
    }

    @Test
    void aResultThatIsNoJsonIsABadReturn() {
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> new Endless())) {
            AttemptError error = errorOf(workshop.run("1"));
            assertThat(error.code()).isEqualTo(430);
            assertThat(error.type()).isEqualTo("BadReturn");
        }
    }

    public static final class Endless {
        public Endless getSelf() {
            return this;
        }
    }

    @Test
    void aResultBeyondTheLimitIsANamedFailureAndThePermitComesBack() {
        try (Workshop workshop = Workshop.with(Integer.class, (bytes, context) -> "x".repeat(bytes))) {
            assertThat(workshop.run(Integer.toString(Limits.RESULT_BYTES - 2)).status())
                    .isEqualTo(Status.SUCCEEDED);
            AttemptError error = errorOf(workshop.run(Workshop.delivery(1, Integer.toString(Limits.RESULT_BYTES - 1))));
            assertThat(error.code()).isEqualTo(407);
            workshop.awaitIdle();
            assertThat(workshop.execution.permitsFree(Workshop.FUNCTION)).isEqualTo(3);
        }
    }

    @Test
    void aLongLogKeepsItsBeginningAndItsEnd() {
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> {
            for (int line = 0; line < 100_000; line++) {
                context.log("line " + line + " of a function that talks too much");
            }
            return "done";
        })) {
            String log = text(workshop.run("1").log());
            assertThat(log.length()).isBetween(Limits.LOG_BYTES - 10_000, Limits.LOG_BYTES + 1_000);
            assertThat(log).startsWith("line 0 ").endsWith("line 99999 of a function that talks too much\n");
            assertThat(log).contains("left out");
        }
    }

    @Test
    void theContextKnowsTheInvocation() {
        try (Workshop workshop = Workshop.with(
                Object.class,
                (event, context) -> List.of(
                        context.requestId(),
                        context.namespace(),
                        context.functionName(),
                        context.functionVersion(),
                        context.attempt(),
                        context.memoryLimitMb(),
                        context.timeLimit().toSeconds(),
                        context.remainingTime().compareTo(context.timeLimit()) <= 0))) {
            String id = Workshop.REQUEST_IDS.of(new EventAddress(Workshop.TRIGGER, 0, 0));
            assertThat(text(workshop.run("1").result()))
                    .isEqualTo("[\"" + id + "\",\"default\",\"resize\",\"$LATEST\",1,128,30,true]");
        }
    }

    @Test
    void aHandlerThatHeedsTheInterruptTimesOutAndFreesItsPermit() {
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> {
            context.log("waiting");
            Thread.sleep(Duration.ofMinutes(5));
            return "never";
        })) {
            workshop.define(1, Duration.ofSeconds(2), Workshop.NO_RETRIES);
            Outcome outcome = workshop.run("1");
            assertThat(outcome.status()).isEqualTo(Status.FAILED);
            assertThat(errorOf(outcome).code()).isEqualTo(433);
            assertThat(errorOf(outcome).text()).isEqualTo("Invoking task timed out after 2 seconds");
            assertThat(text(outcome.log())).isEqualTo("waiting\n");
            workshop.awaitIdle();
            assertThat(workshop.execution.permitsFree(Workshop.FUNCTION)).isEqualTo(1);
            assertThat(workshop.outcomes(0)).hasSize(1);
        }
    }

    @Test
    void aHandlerThatIgnoresTheInterruptTimesOutAtOnceAndKeepsItsPermitUntilItIsBack() {
        CountDownLatch release = new CountDownLatch(1);
        try (Workshop workshop = Workshop.with(Integer.class, (event, context) -> {
            if (event == 1) {
                awaitIgnoringInterrupts(release);
            }
            return Thread.currentThread().isInterrupted();
        })) {
            workshop.define(1, Duration.ofSeconds(2), Workshop.NO_RETRIES);
            workshop.hand(Workshop.delivery(0, "1"), Workshop.delivery(1, "2"));
            assertThat(errorOf(workshop.outcome(0)).code()).isEqualTo(433);
            assertThat(workshop.execution.permitsFree(Workshop.FUNCTION)).isZero();
            assertThat(workshop.hasEnded(1)).isFalse();

            release.countDown();
            assertThat(text(workshop.outcome(1).result())).isEqualTo("false");
            workshop.awaitIdle();
            assertThat(workshop.execution.permitsFree(Workshop.FUNCTION)).isEqualTo(1);
            assertThat(workshop.outcomes(0)).hasSize(1);
        }
    }

    @Test
    void aSlowRunHoldsUpNobodyInItsBatchWhileThereAreOtherPermits() {
        CountDownLatch release = new CountDownLatch(1);
        try (Workshop workshop = Workshop.with(Integer.class, (event, context) -> {
            if (event == 3) {
                release.await();
            }
            return event;
        })) {
            Delivery[] batch = new Delivery[64];
            for (int i = 0; i < batch.length; i++) {
                batch[i] = Workshop.delivery(i, Integer.toString(i));
            }
            workshop.hand(batch);
            await().until(() -> endedOf(workshop, 64) == 63);
            assertThat(workshop.hasEnded(3)).isFalse();
            release.countDown();
            assertThat(text(workshop.outcome(3).result())).isEqualTo("3");
        }
    }

    @Test
    void neverMoreRunsThanPermits() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(3);
        try (Workshop workshop = Workshop.with(Integer.class, (event, context) -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            if (event < 3) {
                three.countDown();
                three.await();
            } else if (event % 7 == 0) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            return running.decrementAndGet();
        })) {
            int count = 0;
            while (count < 3) {
                workshop.hand(Workshop.delivery(count, Integer.toString(count)));
                count++;
            }
            for (int batch = 0; batch < 20; batch++) {
                Delivery[] deliveries = new Delivery[16];
                for (int i = 0; i < deliveries.length; i++) {
                    deliveries[i] = Workshop.delivery(count, Integer.toString(count));
                    count++;
                }
                workshop.hand(deliveries);
            }
            int all = count;
            await().until(() -> endedOf(workshop, all) == all);
            workshop.awaitIdle();
            assertThat(most.get()).isEqualTo(3);
            assertThat(workshop.execution.permitsFree(Workshop.FUNCTION)).isEqualTo(3);
        }
    }

    @Test
    void aDamagedHeaderIsBuried() {
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> event)) {
            Outcome outcome =
                    workshop.run(Workshop.delivery(0, "1", EventHeader.accepted(1), "header version 77 is unknown"));
            assertThat(outcome.status()).isEqualTo(Status.DEAD);
            assertThat(errorOf(outcome).text()).contains("version 77");
        }
    }

    @Test
    void eventsOfADeletedFunctionOrTriggerAreBuried() {
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> event)) {
            workshop.undefine();
            Outcome outcome = workshop.run("1");
            assertThat(outcome.status()).isEqualTo(Status.DEAD);
            assertThat(errorOf(outcome).type()).isEqualTo("FunctionNotFound");
            workshop.define(3, Duration.ofSeconds(3), Workshop.NO_RETRIES);
            assertThat(workshop.run(Workshop.delivery(1, "1")).status()).isEqualTo(Status.SUCCEEDED);
            workshop.deleteTrigger();
            assertThat(workshop.run(Workshop.delivery(2, "1")).status()).isEqualTo(Status.DEAD);
        }
    }

    @Test
    void anEventThatIsTooOldExpiresUnrun() {
        AtomicInteger runs = new AtomicInteger();
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> runs.incrementAndGet())) {
            long sevenHoursAgo =
                    System.currentTimeMillis() - Duration.ofHours(7).toMillis();
            Outcome outcome = workshop.run(Workshop.delivery(0, "1", EventHeader.accepted(sevenHoursAgo), null));
            assertThat(outcome.status()).isEqualTo(Status.EXPIRED);
            assertThat(outcome.attempts()).isEmpty();
            long now = System.currentTimeMillis();
            EventHeader expired = new EventHeader(now - 2000, 1, 0, now - 1000, 0, null, null, null, 0, List.of());
            assertThat(workshop.run(Workshop.delivery(1, "1", expired, null)).status())
                    .isEqualTo(Status.EXPIRED);
            assertThat(runs).hasValue(0);
        }
    }

    @Test
    void ofEventsWithOneDedupKeyOneIsRun() {
        AtomicInteger runs = new AtomicInteger();
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> runs.incrementAndGet())) {
            assertThat(workshop.run(keyed(0)).status()).isEqualTo(Status.SUCCEEDED);
            assertThat(workshop.run(keyed(1)).status()).isEqualTo(Status.DUPLICATE);
            // The same event once more, as after a crash: it is no repetition of itself.
            assertThat(workshop.run(keyed(0)).status()).isEqualTo(Status.SUCCEEDED);
            assertThat(runs).hasValue(2);
        }
    }

    @Test
    void whileNobodyCanTellARepetitionTheEventWaits() {
        AtomicInteger asked = new AtomicInteger();
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> "run")) {
            Admission.FirstOfKey reachable = workshop.firstOfKey;
            workshop.firstOfKey = (key, event) -> {
                if (asked.incrementAndGet() < 3) {
                    throw new dev.millrace.redis.RedisUnavailableException("staged");
                }
                return reachable.enter(key, event);
            };
            assertThat(workshop.run(keyed(0)).status()).isEqualTo(Status.SUCCEEDED);
            assertThat(asked).hasValue(3);
        }
    }

    @Test
    void whatThePlatformCannotStartIsShownAsRetryingAndTriedAgain() {
        try (Workshop workshop = Workshop.withoutHandler()) {
            Outcome first = workshop.run("1");
            assertThat(first.status()).isEqualTo(Status.RETRYING);
            Attempt tried = first.attempts().getLast();
            assertThat(first.notBefore()).isEqualTo(tried.nextTryAt()).isGreaterThan(tried.startedAt());

            Outcome second = workshop.run(workshop.nextAttempt(0));
            assertThat(second.status()).isEqualTo(Status.RETRYING);
            assertThat(second.attempts()).extracting(Attempt::number).containsExactly(1, 2);
            workshop.awaitIdle();
            assertThat(workshop.execution.permitsFree(Workshop.FUNCTION)).isEqualTo(3);
        }
    }

    @Test
    void aFailureIsTriedAgainAsThePolicySaysAndThenFails() {
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> {
            context.log("attempt " + context.attempt());
            throw new IllegalStateException("no money");
        })) {
            RetryPolicy twice = new RetryPolicy(2, RetryPolicy.Delay.fixed(Duration.ofMinutes(1)), Duration.ofHours(6));
            workshop.define(3, Duration.ofSeconds(3), twice);
            Outcome first = workshop.run("1");
            assertThat(first.status()).isEqualTo(Status.RETRYING);
            assertThat(first.notBefore()).isEqualTo(first.endedAt() + 60_000);

            Delivery second = workshop.nextAttempt(0);
            assertThat(second.header().origin()).isEqualTo(new EventAddress(Workshop.TRIGGER, 0, 0));
            assertThat(second.header().notBefore()).isEqualTo(first.notBefore());
            assertThat(second.header().attempt()).isEqualTo(2);
            assertThat(text(second.event())).isEqualTo("1");

            // By the clock of this test it is a minute too early: it goes back to rest, and that is no attempt.
            Outcome early = workshop.run(second);
            assertThat(early.status()).isEqualTo(Status.RETRYING);
            assertThat(early.attempts()).hasSize(1);
            assertThat(workshop.nextAttempt(0).header()).isEqualTo(second.header());

            assertThat(workshop.run(dueNow(second)).status()).isEqualTo(Status.RETRYING);
            Outcome last = workshop.run(dueNow(workshop.nextAttempt(0)));
            assertThat(last.status()).isEqualTo(Status.FAILED);
            assertThat(last.attempts()).extracting(Attempt::number).containsExactly(1, 2, 3);
            assertThat(text(last.log())).isEqualTo("attempt 3\n");
            assertThat(workshop.following()).isInstanceOf(Consequence.Buried.class);
        }
    }

    @Test
    void anEventThatWasDelayedByAClockThatIsAheadRestsNoLongerThanItsDelay() {
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> 1)) {
            Instant ahead = Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.MILLIS);
            EventHeader delayed =
                    EventHeader.accepted(ahead.toEpochMilli()).delayedUntil(ahead.plusSeconds(30), Duration.ofHours(6));
            long before = System.currentTimeMillis();
            Outcome waiting = workshop.run(Workshop.delivery(0, "1", delayed, null));

            assertThat(waiting.status()).isEqualTo(Status.RETRYING);
            assertThat(waiting.notBefore()).isBetween(before + 30_000, System.currentTimeMillis() + 30_000);
        }
    }

    @Test
    void aDelayedEventRestsUntilItIsDueAndThatIsNoAttempt() {
        AtomicInteger runs = new AtomicInteger();
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> runs.incrementAndGet())) {
            Instant due = Instant.now().plusSeconds(3600).truncatedTo(ChronoUnit.MILLIS);
            EventHeader delayed =
                    EventHeader.accepted(System.currentTimeMillis()).delayedUntil(due, Duration.ofHours(6));
            Outcome waiting = workshop.run(Workshop.delivery(0, "1", delayed, null));
            assertThat(waiting.status()).isEqualTo(Status.RETRYING);
            assertThat(waiting.attempts()).isEmpty();
            assertThat(waiting.notBefore()).isEqualTo(due.toEpochMilli());
            assertThat(waiting.ttlSeconds()).isGreaterThan(3600);

            Delivery copy = workshop.nextAttempt(0);
            assertThat(copy.header().attempt()).isEqualTo(1);
            assertThat(copy.header().notBefore()).isEqualTo(due.toEpochMilli());
            assertThat(runs).hasValue(0);
            assertThat(workshop.run(dueNow(copy)).status()).isEqualTo(Status.SUCCEEDED);
        }
    }

    @Test
    void whatBecameTooOldWhileItWaitedExpiresWithoutAPermit() {
        CountDownLatch release = new CountDownLatch(1);
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> {
            release.await();
            return "late";
        })) {
            workshop.define(1, Duration.ofSeconds(30), Workshop.NO_RETRIES);
            workshop.hand(Workshop.delivery(0, "1"));
            await().until(() -> workshop.execution.permitsFree(Workshop.FUNCTION) == 0);
            EventHeader old = EventHeader.accepted(
                    System.currentTimeMillis() - Duration.ofHours(7).toMillis());
            workshop.execution.expire(Workshop.FUNCTION, List.of(Workshop.delivery(1, "1", old, null)));
            assertThat(workshop.outcome(1).status()).isEqualTo(Status.EXPIRED);
            assertThat(workshop.hasEnded(0)).isFalse();
            release.countDown();
        }
    }

    @Test
    void aFunctionThatKeepsFailingHasItsRetriesHeldBackButNotItsFirstAttempts() {
        AtomicInteger runs = new AtomicInteger();
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> {
            runs.incrementAndGet();
            throw new IllegalStateException("down");
        })) {
            RetryPolicy often = new RetryPolicy(10, RetryPolicy.Delay.fixed(Duration.ZERO), Duration.ofHours(6));
            workshop.define(3, Duration.ofSeconds(3), often);
            for (int offset = 0; offset < 50; offset++) {
                workshop.run(Workshop.delivery(offset, "1"));
            }
            Outcome heldBack = workshop.run(workshop.nextAttempt(0));
            assertThat(runs).hasValue(50);
            assertThat(heldBack.status()).isEqualTo(Status.RETRYING);
            assertThat(errorOf(heldBack).type()).isEqualTo("CircuitBreakerOpen");
            assertThat(heldBack.attempts()).hasSize(1);
            assertThat(heldBack.notBefore()).isGreaterThan(heldBack.endedAt() + 4_000);
            assertThat(workshop.meters.get("millrace.breakers.open").gauge().value())
                    .isEqualTo(1);

            workshop.run(Workshop.delivery(77, "1"));
            assertThat(runs).hasValue(51);
        }
    }

    private static Delivery dueNow(Delivery copy) {
        EventHeader header = copy.header();
        EventHeader due = new EventHeader(
                header.acceptedAt(),
                header.attempt(),
                header.crashes(),
                header.expiresAt(),
                System.currentTimeMillis(),
                header.origin(),
                header.dedupKey(),
                header.replayOf(),
                header.hops(),
                header.history());
        return new Delivery(
                copy.lane(), copy.offset(), copy.address(), due, copy.trigger(), copy.event(), copy.unreadable());
    }

    @Test
    void aLimitInTheRegistryIsTheLimitHere() {
        try (Workshop workshop = Workshop.with(Object.class, (event, context) -> event)) {
            workshop.define(7, Duration.ofSeconds(3), Workshop.NO_RETRIES);
            assertThat(workshop.execution.permitsFree(Workshop.FUNCTION)).isEqualTo(7);
            workshop.define(0, Duration.ofSeconds(3), Workshop.NO_RETRIES);
            await().until(() -> workshop.execution.permitsFree(Workshop.FUNCTION) == 0);
        }
    }

    @Test
    void figuresAreKeptByFunctionAndStatus() {
        try (Workshop workshop = Workshop.with(Integer.class, (event, context) -> 1 / event)) {
            workshop.run("1");
            workshop.run(Workshop.delivery(1, "0"));
            workshop.awaitIdle();
            assertThat(workshop.meters
                            .get("millrace.attempts.ended")
                            .tag("status", "succeeded")
                            .tag("function", "resize")
                            .counter()
                            .count())
                    .isEqualTo(1);
            assertThat(workshop.meters
                            .get("millrace.attempts.ended")
                            .tag("status", "failed")
                            .tag("function", "resize")
                            .counter()
                            .count())
                    .isEqualTo(1);
            assertThat(workshop.meters
                            .get("millrace.attempts.started")
                            .tag("function", "resize")
                            .counter()
                            .count())
                    .isEqualTo(2);
        }
    }

    private static Delivery keyed(long offset) {
        EventHeader header = EventHeader.accepted(System.currentTimeMillis()).withDedupKey("tick-1");
        return Workshop.delivery(offset, "1", header, null);
    }

    private static long endedOf(Workshop workshop, int count) {
        return java.util.stream.IntStream.range(0, count)
                .filter(workshop::hasEnded)
                .count();
    }

    private static void awaitIgnoringInterrupts(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // Staged: a handler that does not care.
            }
        }
    }

    private static AttemptError errorOf(Outcome outcome) {
        AttemptError error = outcome.error();
        assertThat(error).isNotNull();
        return error;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
