package dev.millrace.worker.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.bulkhead.Bulkhead;
import org.junit.jupiter.api.Test;

class PermitsTest {

    @Test
    void thereAreAsManyAsTheLimitSays() {
        Permits permits = new Permits("f", 2, null);
        assertThat(permits.tryTake()).isTrue();
        assertThat(permits.tryTake()).isTrue();
        assertThat(permits.tryTake()).isFalse();
        permits.release();
        assertThat(permits.free()).isEqualTo(1);
        assertThat(permits.taken()).isEqualTo(1);
    }

    @Test
    void zeroPauses() {
        assertThat(new Permits("f", 0, null).tryTake()).isFalse();
    }

    @Test
    void slotsAreSharedAndGivenBackWhenTheFunctionHasNoPermit() {
        Bulkhead slots = Permits.bulkhead("slots", 2);
        Permits one = new Permits("one", 1, slots);
        Permits other = new Permits("other", 9, slots);
        assertThat(one.tryTake()).isTrue();
        assertThat(one.tryTake()).isFalse();
        assertThat(other.free()).isEqualTo(1);
        assertThat(other.tryTake()).isTrue();
        assertThat(other.tryTake()).isFalse();
        assertThat(other.taken()).isEqualTo(1);
        one.release();
        assertThat(other.tryTake()).isTrue();
    }

    @Test
    void aHigherLimitIsThereSoon() {
        Permits permits = new Permits("f", 1, null);
        permits.resize(3);
        await().until(() -> permits.free() == 3);
    }

    @Test
    void aLowerLimitHoldsAtOnceForWhatBegins() {
        Permits permits = new Permits("f", 3, null);
        permits.tryTake();
        permits.tryTake();
        permits.resize(1);
        assertThat(permits.tryTake()).isFalse();
        permits.release();
        assertThat(permits.tryTake()).isFalse();
        permits.release();
        await().until(() -> permits.free() == 1);
        assertThat(permits.tryTake()).isTrue();
        assertThat(permits.tryTake()).isFalse();
    }

    @Test
    void aLimitLoweredAndRaisedWhileRunsGoOnEndsAsTheLastWord() {
        Permits permits = new Permits("f", 3, null);
        permits.tryTake();
        permits.tryTake();
        permits.tryTake();
        permits.resize(0);
        permits.resize(5);
        permits.release();
        permits.release();
        permits.release();
        await().until(() -> permits.free() == 5);
    }
}
