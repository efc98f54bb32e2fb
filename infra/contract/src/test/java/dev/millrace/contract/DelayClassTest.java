package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DelayClassTest {

    @ParameterizedTest
    @CsvSource({
        "-5s, SECOND",
        "0s, SECOND",
        "4s, SECOND",
        "4750ms, FIVE_SECONDS",
        "14s, FIVE_SECONDS",
        "59800ms, MINUTE",
        "59s, FIFTEEN_SECONDS",
        "6h, SIX_HOURS",
        "7d, SIX_HOURS"
    })
    void theLongestThatIsNotLongerThanWhatRemains(String remaining, DelayClass expected) {
        Duration duration = remaining.startsWith("-")
                ? DurationText.parse(remaining.substring(1)).orElseThrow().negated()
                : DurationText.parse(remaining).orElseThrow();
        assertThat(DelayClass.of(duration)).isEqualTo(expected);
    }

    @Property
    void whoRestsAsItsReaderLeavesItIsNotLate(@ForAll @LongRange(max = 700_000_000L) long millis) {
        Duration remaining = Duration.ofMillis(millis);
        assertThat(DelayClass.of(remaining).rest()).isLessThanOrEqualTo(remaining);
    }

    @Test
    void theirNamesArePartOfTopicNames() {
        Topics topics = new Topics("millrace.");
        assertThat(Arrays.stream(DelayClass.values()).map(topics::delay))
                .containsExactly(
                        "millrace.delay.1s",
                        "millrace.delay.5s",
                        "millrace.delay.15s",
                        "millrace.delay.1m",
                        "millrace.delay.5m",
                        "millrace.delay.15m",
                        "millrace.delay.1h",
                        "millrace.delay.6h");
    }
}
