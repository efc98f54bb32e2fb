package dev.millrace.worker.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.FunctionRef;
import io.github.resilience4j.bulkhead.Bulkhead;
import org.junit.jupiter.api.Test;

class PermitsTest {

    private final GenerousFleet fleet = new GenerousFleet();

    @Test
    void thereAreAsManyAsTheFleetAllows() {
        Permits permits = new Permits(allowance("resize", 2), null);
        assertThat(permits.tryTake()).isTrue();
        assertThat(permits.tryTake()).isTrue();
        assertThat(permits.tryTake()).isFalse();
        permits.release();
        assertThat(permits.free()).isEqualTo(1);
        assertThat(permits.taken()).isEqualTo(1);
    }

    @Test
    void aCallAsksTheFleetOnceAndNeverForAPausedFunction() {
        Permits permits = new Permits(allowance("resize", 1), null);
        assertThat(permits.takeNow()).isTrue();
        assertThat(fleet.asked).isZero();
        assertThat(permits.takeNow()).isFalse();
        assertThat(fleet.asked).isEqualTo(1);

        assertThat(new Permits(allowance("paused", 0), null).takeNow()).isFalse();
        assertThat(fleet.asked).isEqualTo(1);
    }

    @Test
    void slotsAreSharedAndGivenBackWhenTheFunctionHasNoPermit() {
        Bulkhead slots = Permits.bulkhead("slots", 2);
        Permits one = new Permits(allowance("one", 1), slots);
        Permits other = new Permits(allowance("other", 9), slots);
        assertThat(one.tryTake()).isTrue();
        assertThat(one.tryTake()).isFalse();
        assertThat(other.free()).isEqualTo(1);
        assertThat(other.tryTake()).isTrue();
        assertThat(other.tryTake()).isFalse();
        assertThat(other.taken()).isEqualTo(1);
        assertThat(other.takeNow()).as("the fleet has no slots to give").isFalse();
        assertThat(fleet.asked).isZero();
        one.release();
        assertThat(other.tryTake()).isTrue();
    }

    private Allowance allowance(String function, int limit) {
        Allowance allowance = new Allowance(FunctionRef.of(function), 0, fleet);
        allowance.limits(limit, Integer.MAX_VALUE);
        return allowance;
    }
}
