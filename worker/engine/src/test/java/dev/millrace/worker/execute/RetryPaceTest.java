package dev.millrace.worker.execute;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryPaceTest {

    private static final Duration SHORTEST = Duration.ofSeconds(5);
    private static final Duration STEP = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final RetryPace pace = new RetryPace(SHORTEST, STEP);

    @Test
    void oneAfterTheOtherComesAgain() {
        assertThat(pace.waitFrom(1_000)).isEqualTo(SHORTEST);
        assertThat(pace.waitFrom(1_000)).isEqualTo(SHORTEST.plus(STEP));
        assertThat(pace.waitFrom(1_050))
                .isEqualTo(SHORTEST.plus(STEP.multipliedBy(2)).minusMillis(50));
    }

    @Test
    void howeverManyThereAreNoneWaitsForMoreThanAMinuteNorDoTheyComeTogether() {
        List<Duration> waits = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            waits.add(pace.waitFrom(1_000));
        }
        assertThat(waits).allSatisfy(wait -> assertThat(wait).isBetween(SHORTEST, LONGEST));
        for (int second = 5; second < 60; second++) {
            Duration from = Duration.ofSeconds(second);
            assertThat(waits)
                    .filteredOn(wait -> wait.compareTo(from) >= 0 && wait.compareTo(from.plusSeconds(1)) < 0)
                    .as("in second " + second)
                    .hasSizeBetween(10, 600);
        }
    }

    @Test
    void whoeverComesWhenItsTurnIsOverDoesNotWaitForTheOthers() {
        for (int i = 0; i < 100; i++) {
            Duration ignored = pace.waitFrom(1_000);
        }
        assertThat(pace.waitFrom(60_000)).isEqualTo(SHORTEST);
    }

    @Test
    void afterwardsNobodyWaitsForThoseWhoWereHeldBackBefore() {
        for (int i = 0; i < 500; i++) {
            Duration ignored = pace.waitFrom(1_000);
        }
        pace.reset();
        assertThat(pace.waitFrom(1_000)).isEqualTo(SHORTEST);
    }
}
