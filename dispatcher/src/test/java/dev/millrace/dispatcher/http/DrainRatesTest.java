package dev.millrace.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DrainRatesTest {

    private final DrainRates rates = new DrainRates();

    @Test
    void thereIsNoForecastBeforeASecondHasPassed() {
        assertThat(rates.observe("f", 0, 0)).isEmpty();
        assertThat(rates.observe("f", 5, seconds(0.5))).isEmpty();
        assertThat(rates.observe("f", 30, seconds(3))).hasValue(10);
        assertThat(rates.observe("g", 30, seconds(3))).isEmpty();
    }

    @Test
    void whatWasDoneLongAgoSaysNothingOfNow() {
        rates.observe("f", 0, 0);
        rates.observe("f", 1_000, seconds(30));
        assertThat(rates.observe("f", 1_000, seconds(80))).hasValue(0);
        assertThat(rates.observe("f", 1_000, seconds(200))).isEmpty();
    }

    @Test
    void aTopicThatWasDeletedAndMadeAnewDrainsAtNoNegativeRate() {
        rates.observe("f", 1_000, 0);
        assertThat(rates.observe("f", 0, seconds(2))).hasValue(0);
    }

    private static long seconds(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }
}
