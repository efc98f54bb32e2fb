package dev.millrace.worker.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.FunctionRef;
import dev.millrace.testkit.SettableClock;
import dev.millrace.worker.fate.AttemptEnd;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FunctionBreakerTest {

    private static final AttemptEnd RETURNED = new AttemptEnd.Returned(new byte[0]);
    private static final AttemptEnd RAISED = new AttemptEnd.Raised("ValueError", "no", "", false);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final int LET_THROUGH = 50;

    private final SettableClock clock = SettableClock.at("2026-11-21T09:00:00Z");
    private final FunctionBreaker breaker = new FunctionBreaker(FunctionRef.of("down"), clock);

    @Test
    void fewerThanFourInFiveFailuresHoldNobodyBack() {
        for (int run = 0; run < 100; run++) {
            end(run % 4 == 0 ? RETURNED : RAISED);
        }
        assertThat(breaker.isOpen()).isFalse();
        assertThat(breaker.lets()).isTrue();
    }

    @Test
    void afterItsPauseAsManyRetriesAsItJudgesByAreLetThroughAndNoMore() {
        open();
        assertThat(breaker.lets()).isFalse();

        clock.advance(PAUSE.minusMillis(1));
        assertThat(breaker.lets()).isFalse();
        clock.advance(Duration.ofMillis(2));

        assertThat(letThrough()).isEqualTo(LET_THROUGH);
        assertThat(breaker.isOpen()).isFalse();
        assertThat(breaker.lets()).isFalse();
    }

    @Test
    void itClosesWhenThoseSucceed() {
        halfOpen();
        assertThat(letThrough()).isEqualTo(LET_THROUGH);
        for (int run = 0; run < LET_THROUGH; run++) {
            breaker.ended(true, 1_000, RETURNED);
        }
        assertThat(breaker.isOpen()).isFalse();
        for (int retry = 0; retry < 10 * LET_THROUGH; retry++) {
            assertThat(breaker.lets()).isTrue();
        }
    }

    @Test
    void itOpensForAnotherPauseWhenThoseFailAsWell() {
        halfOpen();
        assertThat(letThrough()).isEqualTo(LET_THROUGH);
        for (int run = 0; run < LET_THROUGH; run++) {
            breaker.ended(true, 1_000, RAISED);
        }
        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.lets()).isFalse();
        clock.advance(PAUSE.plusMillis(1));
        assertThat(letThrough()).isEqualTo(LET_THROUGH);
    }

    @Test
    void oneThatWasLetThroughAndNotRunLeavesItsPlaceToAnother() {
        halfOpen();
        assertThat(letThrough()).isEqualTo(LET_THROUGH);
        breaker.ended(true, 1_000, new AttemptEnd.Cancelled(false));
        assertThat(breaker.lets()).isTrue();
        assertThat(breaker.lets()).isFalse();
        breaker.ended(false, 1_000, new AttemptEnd.Cancelled(false));
        assertThat(breaker.lets()).as("a first attempt takes no place").isFalse();
    }

    @Test
    void whileMostOfItsRunsFailAFewBeginAtATime() {
        assertThat(breaker.startsLeft()).isEqualTo(Integer.MAX_VALUE);
        open();
        assertThat(breaker.startsLeft()).isBetween(1, 25);
        await().until(() -> {
            breaker.starting(64);
            return breaker.startsLeft() == 0;
        });
        await().until(() -> breaker.startsLeft() > 0);
    }

    @Test
    void oneWithoutRetriesShowsByItsFirstAttemptsThatItIsWell() {
        open();
        clock.advance(PAUSE.plusMillis(1));
        breaker.starting(1);
        for (int run = 0; run < LET_THROUGH; run++) {
            end(RETURNED);
        }
        assertThat(breaker.isOpen()).isFalse();
        assertThat(breaker.startsLeft()).isEqualTo(Integer.MAX_VALUE);
    }

    private void open() {
        for (int run = 0; run < LET_THROUGH; run++) {
            end(RAISED);
        }
        assertThat(breaker.isOpen()).isTrue();
    }

    private void halfOpen() {
        open();
        clock.advance(PAUSE.plusMillis(1));
    }

    /** A first attempt that needs nobody's leave. */
    private void end(AttemptEnd end) {
        breaker.ended(false, 1_000, end);
    }

    private int letThrough() {
        int let = 0;
        while (let < 2 * LET_THROUGH && breaker.lets()) {
            let++;
        }
        return let;
    }
}
