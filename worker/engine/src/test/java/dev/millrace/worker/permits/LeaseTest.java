package dev.millrace.worker.permits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.FunctionRef;
import dev.millrace.redis.PermitAsk;
import dev.millrace.redis.PermitGrant;
import dev.millrace.worker.execute.Allowance;
import dev.millrace.worker.execute.PermitSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What one worker asks of the fleet for one function, by a clock that is moved. */
class LeaseTest {

    private static final FunctionRef F = FunctionRef.of("resize");

    private final Allowance allowance = new Allowance(F, 300, new NobodyListens());
    private long now = 1_000_000_000_000L;
    private final Lease lease = new Lease(allowance, now);

    @Test
    void whatWaitsIsAskedForAndGranted() {
        assertThat(lease.nanosUntilDue(now)).isNotPositive();
        allowance.waits(7);
        assertThat(ask()).isEqualTo(asked(0, 7));
        assertThat(lease.answered(new PermitGrant(80, 80, false), true)).isTrue();
        assertThat(allowance.circulating()).isEqualTo(80);
    }

    @Test
    void whatIsNotUsedGoesBackWithinASecondButForOneThatOutlivesRedis() {
        allowance.waits(7);
        ask();
        lease.answered(new PermitGrant(80, 80, false), true);
        allowance.tryTake();
        allowance.release();
        allowance.waits(0);
        for (int passed = 0; passed < 1_000; passed += 250) {
            pass(250);
            PermitAsk ask = ask();
            lease.answered(new PermitGrant(ask.keep(), ask.want() == 0 ? 0 : 80, false), true);
        }
        assertThat(allowance.circulating()).isEqualTo(1);

        pass(60_000);
        assertThat(ask()).isEqualTo(asked(0, 0));
    }

    @Test
    void ofFewNobodyKeepsWhatHeDoesNotUse() {
        allowance.limits(3, 100);
        allowance.growTo(1);
        allowance.tryTake();
        assertThat(ask()).isEqualTo(new PermitAsk(F, 1, 1, 3, PermitAsk.UNLIMITED));
        allowance.release();
        pass(10);
        assertThat(ask().keep()).isZero();
    }

    @Test
    void whatOthersLackGoesBackAsRunsEndAndIsToldSoon() {
        allowance.growTo(4);
        for (int i = 0; i < 3; i++) {
            allowance.tryTake();
        }
        ask();
        assertThat(lease.answered(new PermitGrant(4, 1, true), true)).isFalse();
        assertThat(allowance.circulating()).isEqualTo(3);
        allowance.release();
        assertThat(allowance.circulating()).isEqualTo(2);
        pass(10);
        assertThat(lease.nanosUntilDue(now)).isNotPositive();
        assertThat(ask().keep()).isEqualTo(2);
    }

    @Test
    void aLittleMoreThanIsDueIsNotGivenBackWhenNobodyLacksIt() {
        allowance.growTo(100);
        allowance.tryTake();
        ask();
        lease.answered(new PermitGrant(100, 95, false), true);
        assertThat(allowance.circulating()).isEqualTo(100);
        ask();
        lease.answered(new PermitGrant(100, 60, false), true);
        assertThat(allowance.circulating()).isEqualTo(60);
    }

    @Test
    void nothingGoesBackWhileNobodyCouldHaveIt() {
        allowance.growTo(10);
        pass(5_000);
        assertThat(lease.ask(now, true, 1, PermitAsk.UNLIMITED).keep()).isEqualTo(10);
        lease.unanswered();
        assertThat(allowance.circulating()).isEqualTo(10);
    }

    @Test
    void ofALeaseThatHasEndedOnlyRunsAreKept() {
        allowance.growTo(10);
        allowance.tryTake();
        ask();
        assertThat(lease.answered(new PermitGrant(0, 0, true, true), true)).isFalse();
        assertThat(allowance.tryTake()).isFalse();
        pass(10);
        PermitAsk again = ask();
        assertThat(again.keep()).isEqualTo(1);
        assertThat(again.afresh()).isTrue();
        lease.answered(new PermitGrant(5, 5, false), true);
        assertThat(allowance.circulating()).isEqualTo(5);
        assertThat(ask().afresh()).isFalse();
    }

    @Test
    void whoeverWaitsForAnAnswerIsAnsweredOnce() {
        ask();
        CompletableFuture<Void> answer = lease.awaitAnswer();
        pass(5);
        assertThat(lease.nanosUntilDue(now)).isNotPositive();
        ask();
        assertThat(answer).isNotDone();
        lease.unanswered();
        assertThat(answer).isCompleted();
    }

    @Test
    void aThousandWishesAreOneQuestion() {
        ask();
        assertThat(lease.hurry()).isTrue();
        for (int i = 0; i < 1_000; i++) {
            assertThat(lease.hurry()).isFalse();
        }
        assertThat(lease.nanosUntilDue(now)).isPositive();
        pass(10);
        assertThat(lease.nanosUntilDue(now)).isNotPositive();
    }

    @Test
    void aFunctionThatIsGoneGivesEverythingBackAndIsForgotten() {
        allowance.growTo(5);
        ask();
        lease.answered(new PermitGrant(5, 5, false), true);
        allowance.close();
        assertThat(lease.isOver()).isFalse();
        assertThat(ask().keep()).isZero();
        lease.answered(new PermitGrant(0, 0, false), true);
        assertThat(lease.isOver()).isTrue();
    }

    private PermitAsk ask() {
        return lease.ask(now, false, 1, PermitAsk.UNLIMITED);
    }

    private static PermitAsk asked(int keep, int want) {
        return new PermitAsk(F, keep, want, 300, PermitAsk.UNLIMITED);
    }

    private void pass(long millis) {
        now += Duration.ofMillis(millis).toNanos();
    }

    private static final class NobodyListens implements PermitSource {

        @Override
        public void changed(Allowance changed) {}

        @Override
        public void wanted(Allowance wanting) {}

        @Override
        public void ask(Allowance asking) {}

        @Override
        public void lanesLost() {}
    }
}
