package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class SettableClockTest {
    private final SettableClock clock = SettableClock.at("2026-11-21T09:00:00Z");

    @Test
    void standsStillUntilMoved() {
        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-11-21T09:00:00Z"));
        clock.advance(Duration.ofMinutes(5));
        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-11-21T09:05:00Z"));
        clock.advance(Duration.ofMinutes(-10));
        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-11-21T08:55:00Z"));
    }

    @Test
    void aViewInAnotherZoneMovesAlong() {
        Clock shanghai = clock.withZone(ZoneId.of("Asia/Shanghai"));
        clock.set(Instant.EPOCH);
        assertThat(shanghai.instant()).isEqualTo(Instant.EPOCH);
        assertThat(shanghai.getZone()).isEqualTo(ZoneId.of("Asia/Shanghai"));
    }
}
