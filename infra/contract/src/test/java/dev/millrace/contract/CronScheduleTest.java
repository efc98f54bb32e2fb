package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronScheduleTest {

    private static final ZoneId UTC = ZoneId.of("UTC");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // SCF: the samples of its timer page.
                "*/5 * * * * * * | 2026-01-01T00:00:00Z | 2026-01-01T00:00:05Z",
                "0 0 2 1 * * * | 2026-01-01T00:00:00Z | 2026-01-01T02:00:00Z",
                "0 15 10 * * MON-FRI * | 2026-01-02T12:00:00Z | 2026-01-05T10:15:00Z",
                "0 0 10,14,16 * * * * | 2026-01-01T10:00:00Z | 2026-01-01T14:00:00Z",
                "0 */30 9-17 * * * * | 2026-01-01T17:30:00Z | 2026-01-02T09:00:00Z",
                "0 0 12 * * WED * | 2026-01-01T00:00:00Z | 2026-01-07T12:00:00Z",
                // Day and week both set: either.
                "0 0 9 1 * MON * | 2026-01-05T09:00:00Z | 2026-01-12T09:00:00Z",
                "0 0 9 1 * MON * | 2026-01-26T09:00:00Z | 2026-02-01T09:00:00Z",
                "0 0 12 ? * WED * | 2026-01-01T00:00:00Z | 2026-01-07T12:00:00Z",
                "0 0 0 L * ? * | 2026-01-01T00:00:00Z | 2026-01-31T00:00:00Z",
                // 0 and 7 are Sunday.
                "0 0 0 * * 0 * | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z",
                "0 0 0 * * 7 * | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z",
                // SCF: five fields are accepted.
                "*/10 * * * * | 2026-01-01T00:01:00Z | 2026-01-01T00:10:00Z",
            })
    void firesWhenScfFires(String cron, Instant after, Instant next) {
        assertThat(CronSchedule.parse(cron, UTC).nextAfter(after)).contains(next);
    }

    @Test
    void theZoneDecidesTheHour() {
        CronSchedule schedule = CronSchedule.parse("0 0 2 * * * *", CronSchedule.DEFAULT_ZONE);

        assertThat(schedule.nextAfter(Instant.parse("2026-01-01T00:00:00Z")))
                .contains(Instant.parse("2026-01-01T18:00:00Z"));
    }

    @Test
    void anHourThatDoesNotExistIsSkippedAndOneThatExistsTwiceFiresOnce() {
        ZoneId newYork = ZoneId.of("America/New_York");
        CronSchedule schedule = CronSchedule.parse("0 30 2 * * * *", newYork);
        Instant beforeSpring =
                ZonedDateTime.of(2026, 3, 7, 12, 0, 0, 0, newYork).toInstant();
        CronSchedule autumn = CronSchedule.parse("0 30 1 * * * *", newYork);
        Instant beforeAutumn =
                ZonedDateTime.of(2026, 10, 31, 12, 0, 0, 0, newYork).toInstant();

        assertThat(schedule.nextAfter(beforeSpring, 1).get(0).atZone(newYork).getDayOfMonth())
                .isEqualTo(9);
        assertThat(autumn.nextAfter(beforeAutumn, 2))
                .extracting(tick -> tick.atZone(newYork).getDayOfMonth())
                .containsExactly(1, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "* * * * * *", "60 * * * * * *", "0 0 25 * * * *", "a b c d e f g", "0 0 0 32 * * *"})
    void aMalformedExpressionIsRefused(String cron) {
        assertThatThrownBy(() -> CronSchedule.parse(cron, UTC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(?s).{10,}");
    }

    @Test
    void theThirtiethOfFebruaryNeverComes() {
        assertThat(CronSchedule.parse("0 0 2 30 2 * *", UTC).nextAfter(Instant.parse("2026-01-01T00:00:00Z")))
                .isEmpty();
    }
}
