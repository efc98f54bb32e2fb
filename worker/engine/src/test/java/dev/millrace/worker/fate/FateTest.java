package dev.millrace.worker.fate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.RetryPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FateTest {

    private static final Instant ACCEPTED = Instant.parse("2026-01-02T03:04:05Z");
    private static final Instant NOW = ACCEPTED.plusSeconds(10);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final RetryPolicy TWO_RETRIES = RetryPolicy.DEFAULT;

    private static final AttemptEnd RETURNED = new AttemptEnd.Returned("1".getBytes(StandardCharsets.US_ASCII));
    private static final AttemptEnd RAISED = new AttemptEnd.Raised("ValueError", "no", "", false);
    private static final AttemptEnd RAISED_FOR_GOOD = new AttemptEnd.Raised("Terminal", "no", "", true);
    private static final AttemptEnd NOT_STARTED = new AttemptEnd.NotStarted("no interpreter");

    /** Design §9, row by row. */
    static Stream<Arguments> table() {
        EventHeader fresh = header(0, 0);
        return Stream.of(
                row("returned", fresh, RETURNED, Fate.Succeed.class),
                row("returned at the last moment", header(2, 0), RETURNED, Fate.Succeed.class),
                row("raised, two retries left", fresh, RAISED, Fate.TryAgain.class),
                row("raised, one retry left", header(1, 0), RAISED, Fate.TryAgain.class),
                row("raised, no retry left", header(2, 0), RAISED, Fate.Fail.class),
                row("raised, platform errors before do not count", header(1, 9), RAISED, Fate.TryAgain.class),
                row("raised and the function forbids a retry", fresh, RAISED_FOR_GOOD, Fate.Fail.class),
                row("timed out", fresh, new AttemptEnd.TimedOut(Duration.ofSeconds(3)), Fate.TryAgain.class),
                row("out of memory", fresh, new AttemptEnd.OutOfMemory(128), Fate.TryAgain.class),
                row("process exited", fresh, new AttemptEnd.Exited("exit code 1", false), Fate.TryAgain.class),
                row("no such handler", fresh, new AttemptEnd.HandlerNotFound("index.x"), Fate.TryAgain.class),
                row("code not loadable", fresh, new AttemptEnd.CodeNotLoadable("syntax", ""), Fate.TryAgain.class),
                row("init timed out", fresh, new AttemptEnd.InitTimedOut(Duration.ofSeconds(9)), Fate.TryAgain.class),
                row("bad return", fresh, new AttemptEnd.BadReturn("a socket"), Fate.TryAgain.class),
                row("result too large", fresh, AttemptEnd.ResultTooLarge.of(7_000_000), Fate.TryAgain.class),
                row("not started, after any number of tries", header(0, 12), NOT_STARTED, Fate.TryAgain.class),
                row(
                        "too old",
                        fresh,
                        new AttemptEnd.TooOld(Duration.ofHours(7), Duration.ofHours(6)),
                        Fate.Expire.class),
                row("not readable", fresh, AttemptEnd.Unrunnable.unreadable("not JSON"), Fate.Bury.class),
                row("function gone", fresh, AttemptEnd.Unrunnable.gone("resize"), Fate.Bury.class),
                row("runtime not built", fresh, AttemptEnd.Unrunnable.notBuilt("java"), Fate.Bury.class),
                row("not due", fresh, new AttemptEnd.NotDue(NOW.plus(MINUTE)), Fate.Postpone.class),
                row("held back", header(1, 0), new AttemptEnd.HeldBack(NOW.plus(MINUTE)), Fate.Postpone.class),
                row("repeated", fresh, new AttemptEnd.Repeated(new EventAddress(1, 0, 7)), Fate.Fold.class));
    }

    @ParameterizedTest(name = "{0} → {3}")
    @MethodSource("table")
    void everyEndHasItsFate(String name, EventHeader header, AttemptEnd end, Class<? extends Fate> fate) {
        assertThat(Fate.of(header, end, schedule(TWO_RETRIES), NOW)).as(name).isInstanceOf(fate);
    }

    @Test
    void aFixedDelayIsWaitedInFull() {
        assertThat(Fate.of(header(0, 0), RAISED, schedule(TWO_RETRIES), NOW))
                .isInstanceOfSatisfying(Fate.TryAgain.class, again -> {
                    assertThat(again.at()).isEqualTo(NOW.plus(MINUTE));
                    assertThat(again.reason().code()).isEqualTo(430);
                });
    }

    @Test
    void anExponentialDelayGrowsUpToItsMaximum() {
        RetryPolicy.Delay delay = new RetryPolicy.Delay(Duration.ofSeconds(1), 2, Duration.ofSeconds(5), false);
        RetrySchedule schedule = schedule(new RetryPolicy(10, delay, Duration.ofHours(6)));
        assertThat(Stream.of(0, 1, 2, 3, 4)
                        .map(failures -> Fate.of(header(failures, 0), RAISED, schedule, NOW))
                        .map(fate -> Duration.between(NOW, ((Fate.TryAgain) fate).at())
                                .toSeconds()))
                .containsExactly(1L, 2L, 4L, 5L, 5L);
    }

    @Test
    void aFailureWhoseRetryWouldComeTooLateExpiresAtOnce() {
        RetryPolicy shortLived = new RetryPolicy(2, RetryPolicy.Delay.fixed(MINUTE), Duration.ofSeconds(60));
        assertThat(Fate.of(header(0, 0), RAISED, schedule(shortLived), NOW))
                .isInstanceOfSatisfying(
                        Fate.Expire.class,
                        expired -> assertThat(expired.reason().type()).isEqualTo("ValueError"));
    }

    @Test
    void anExpiryOfTheEventItselfWinsOverALongerAge() {
        EventHeader header = header(0, 0);
        EventHeader expiring = new EventHeader(
                header.acceptedAt(), 1, 0, NOW.plusSeconds(5).toEpochMilli(), 0, null, null, null, 0, List.of());
        assertThat(expiring.deadline(Duration.ofHours(6))).isEqualTo(NOW.plusSeconds(5));
        assertThat(Fate.of(expiring, RAISED, schedule(TWO_RETRIES), NOW)).isInstanceOf(Fate.Expire.class);
    }

    @Test
    void anExpiryOfTheEventItselfWinsOverAShorterAge() {
        EventHeader delayed = header(0, 0).delayedUntil(ACCEPTED.plus(Duration.ofDays(7)), Duration.ofHours(6));
        assertThat(delayed.deadline(Duration.ofHours(6)))
                .isEqualTo(ACCEPTED.plus(Duration.ofDays(7)).plus(Duration.ofHours(6)));
    }

    @Test
    void whatIsHeldBackComesAtItsDeadlineAtTheLatest() {
        Instant deadline = ACCEPTED.plus(TWO_RETRIES.maxAge());
        AttemptEnd heldBack = new AttemptEnd.HeldBack(deadline.plusSeconds(3));
        assertThat(Fate.of(header(1, 0), heldBack, schedule(TWO_RETRIES), deadline.minusSeconds(2)))
                .isInstanceOfSatisfying(
                        Fate.Postpone.class,
                        postponed -> assertThat(postponed.at()).isEqualTo(deadline));
    }

    @Test
    void aHistoryThatIsTooLargeToTravelIsShortenedAndNothingIsForgotten() {
        List<Attempt> history = new ArrayList<>();
        for (int number = 1; number <= 16; number++) {
            AttemptError error = new AttemptError(430, "E", "x".repeat(8_000), "y".repeat(16_000));
            history.add(new Attempt(number, 1, 1, null, "w", 0, error, 2));
        }
        List<Attempt> carried = History.carried(history);
        assertThat(carried).extracting(Attempt::number).hasSize(16).doesNotHaveDuplicates();
        assertThat(carried)
                .allSatisfy(attempt -> assertThat(errorOf(attempt).stackTrace()).hasSizeLessThan(2_100));
        assertThat(carried)
                .allSatisfy(attempt -> assertThat(errorOf(attempt).code()).isEqualTo(430));
        assertThat(History.carried(history.subList(0, 2))).isEqualTo(history.subList(0, 2));
    }

    private static AttemptError errorOf(Attempt attempt) {
        AttemptError error = attempt.error();
        assertThat(error).isNotNull();
        return error;
    }

    @Test
    void aPlatformErrorIsTriedUntilTheAgeIsOver() {
        Instant last = ACCEPTED.plus(TWO_RETRIES.maxAge());
        assertThat(Fate.of(header(0, 15), NOT_STARTED, schedule(TWO_RETRIES), last.minusMillis(1)))
                .isInstanceOfSatisfying(
                        Fate.TryAgain.class, again -> assertThat(again.at()).isBeforeOrEqualTo(last));
        assertThat(Fate.of(header(0, 15), NOT_STARTED, schedule(TWO_RETRIES), last))
                .isInstanceOf(Fate.Expire.class);
    }

    @Test
    void platformErrorsWaitWithinABoundThatDoublesFromOneSecondToFiveMinutes() {
        RetrySchedule schedule = schedule(TWO_RETRIES);
        for (int attempt = 1; attempt < 40; attempt++) {
            long bound = Math.min(300_000, 1000L << Math.min(attempt - 1, 20));
            assertThat(schedule.afterPlatformError(attempt).toMillis()).isBetween(1L, bound);
        }
    }

    @Test
    void aFullHistoryForgetsPlatformErrorsAndKeepsTheFunctionsOwnFailures() {
        List<Attempt> history = List.of();
        for (int i = 0; i < 3 * EventHeader.MAX_HISTORY; i++) {
            history = History.with(history, attempt(i + 1, i % 5 == 0 ? 430 : 500));
            assertThat(history).hasSizeLessThanOrEqualTo(EventHeader.MAX_HISTORY);
            assertThat(History.failures(history)).isEqualTo(i / 5 + 1);
        }
    }

    private static Arguments row(String name, EventHeader header, AttemptEnd end, Class<? extends Fate> fate) {
        return Arguments.of(name, header, end, fate);
    }

    private static RetrySchedule schedule(RetryPolicy policy) {
        return new RetrySchedule(policy, new Random(1));
    }

    /** An event after so many failures of its function and of the platform. */
    private static EventHeader header(int failures, int platformErrors) {
        List<Attempt> history = new ArrayList<>();
        for (int i = 0; i < failures + platformErrors; i++) {
            history.add(attempt(i + 1, i < failures ? 430 : 500));
        }
        return new EventHeader(ACCEPTED.toEpochMilli(), history.size() + 1, 0, 0, 0, null, null, null, 0, history);
    }

    private static Attempt attempt(int number, int code) {
        AttemptError error = new AttemptError(code, "type", "text", "");
        return new Attempt(number, ACCEPTED.toEpochMilli(), 1000, null, "w1", 0, error, 0);
    }
}
