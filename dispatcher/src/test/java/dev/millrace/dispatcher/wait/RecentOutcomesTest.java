package dev.millrace.dispatcher.wait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.OutcomePack;
import org.junit.jupiter.api.Test;

class RecentOutcomesTest {

    @Test
    void whatWasSeenIsFoundAndWhatWasSeenBeforeIsNotTakenTwice() {
        RecentOutcomes recent = new RecentOutcomes(10, 100, 1 << 20);
        recent.add(10, Samples.entries(Samples.retrying(1, 1, "")).entries());
        recent.add(12, Samples.entries(Samples.succeeded(1, "")).entries());
        recent.add(12, Samples.entries(Samples.succeeded(1, "")).entries());

        assertThat(recent.of(Samples.address(1))).hasSize(2);
        assertThat(recent.of(Samples.address(2))).isEmpty();
        assertThat(recent.coveredFrom()).isEqualTo(10);
        assertThat(recent.position()).isEqualTo(13);
    }

    @Test
    void theOldestGoFirstAndItIsKnownFromWhereOnNothingIsMissing() {
        RecentOutcomes recent = new RecentOutcomes(0, 3, 1 << 20);
        for (int offset = 0; offset < 5; offset++) {
            recent.add(offset, Samples.entries(Samples.succeeded(offset, "")).entries());
        }

        assertThat(recent.coveredFrom()).isEqualTo(2);
        assertThat(recent.of(Samples.address(1))).isEmpty();
        assertThat(recent.of(Samples.address(2))).hasSize(1);
    }

    @Test
    void largeOnesCountByTheirBytes() {
        OutcomePack.Entries large = Samples.entries(Samples.succeeded(1, "x".repeat(1000)));
        RecentOutcomes recent = new RecentOutcomes(0, 100, 2500);
        for (int offset = 0; offset < 5; offset++) {
            recent.add(offset, large.entries());
        }

        assertThat(recent.coveredFrom()).isGreaterThanOrEqualTo(3);
        recent.restart(1);
        assertThat(recent.coveredFrom()).isEqualTo(1);
        assertThat(recent.position()).isEqualTo(1);
        assertThat(recent.of(Samples.address(1))).isEmpty();
    }
}
