package dev.millrace.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackpressureTest {

    private static final long MAX = 1_000_000;

    private final Backpressure backpressure =
            new Backpressure(new ConsumeLimits(20_000, 2_000, 500, MAX, Duration.ofMillis(100), 4096, Duration.ZERO));

    @Test
    void aLanePausesWhenEnoughIsBufferedAndResumesWhenLittleIs() {
        assertThat(backpressure.pauses(false, 1_999, 0, 0, 1)).isFalse();
        assertThat(backpressure.pauses(false, 2_000, 0, 0, 1)).isTrue();
        assertThat(backpressure.pauses(true, 501, 0, 0, 1)).isTrue();
        assertThat(backpressure.pauses(true, 500, 0, 0, 1)).isFalse();
    }

    @Test
    void tooManyBytesPauseTheHeavyLanesOnly() {
        assertThat(backpressure.pauses(false, 10, 900_000, MAX, 10)).isTrue();
        assertThat(backpressure.pauses(false, 10, 1_000, MAX, 10)).isFalse();
    }

    @Test
    void aHeavyLaneResumesWhenThreeQuartersAreLeftOrItHasBecomeLight() {
        assertThat(backpressure.pauses(true, 10, 800_000, 800_000, 10)).isTrue();
        assertThat(backpressure.pauses(true, 10, 700_000, 750_000, 10)).isFalse();
        assertThat(backpressure.pauses(true, 10, 40_000, 900_000, 10)).isFalse();
    }
}
