package dev.millrace.trigger.timer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.CronSchedule;
import dev.millrace.contract.TriggerSpec.Missed;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DueTicksTest {

    private static final CronSchedule EVERY_SECOND = CronSchedule.parse("* * * * * * *", ZoneOffset.UTC);
    private static final CronSchedule EVERY_MINUTE = CronSchedule.parse("0 * * * * * *", ZoneOffset.UTC);
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void nothingIsDueBeforeItsTime() {
        DueTicks due = DueTicks.between(EVERY_MINUTE, NOON, NOON.plusSeconds(59), Missed.ONCE);

        assertThat(due).isEqualTo(new DueTicks(List.of(), 0, NOON));
    }

    @Test
    void aTickIsDueAtItsInstant() {
        DueTicks due = DueTicks.between(EVERY_MINUTE, NOON, NOON.plusSeconds(60), Missed.SKIP);

        assertThat(due.fire()).containsExactly(NOON.plusSeconds(60));
        assertThat(due.last()).isEqualTo(NOON.plusSeconds(60));
    }

    @Test
    void ticksThatAreMerelyLateAreAllFired() {
        DueTicks due = DueTicks.between(EVERY_SECOND, NOON, NOON.plusSeconds(2), Missed.SKIP);

        assertThat(due.fire()).containsExactly(NOON.plusSeconds(1), NOON.plusSeconds(2));
        assertThat(due.dropped()).isZero();
    }

    @Test
    void ofMissedTicksTheLatestIsFiredOnce() {
        DueTicks due = DueTicks.between(EVERY_MINUTE, NOON, NOON.plusSeconds(3_630), Missed.ONCE);

        assertThat(due.fire()).containsExactly(NOON.plusSeconds(3_600));
        assertThat(due.dropped()).isEqualTo(59);
    }

    @Test
    void missedTicksAreSkippedWhereTheTriggerSaysSo() {
        DueTicks due = DueTicks.between(EVERY_MINUTE, NOON, NOON.plusSeconds(630), Missed.SKIP);

        assertThat(due.fire()).isEmpty();
        assertThat(due.dropped()).isEqualTo(10);
        assertThat(due.last()).isEqualTo(NOON.plusSeconds(600));
    }

    @Test
    void allMissedTicksAreFiredUpToABound() {
        DueTicks few = DueTicks.between(EVERY_MINUTE, NOON, NOON.plusSeconds(630), Missed.ALL);
        DueTicks many = DueTicks.between(EVERY_MINUTE, NOON, NOON.plusSeconds(60 * 250 + 30), Missed.ALL);

        assertThat(few.fire()).hasSize(10);
        assertThat(many.fire()).hasSize(DueTicks.MOST_MISSED);
        assertThat(many.dropped()).isEqualTo(150);
        assertThat(many.fire().get(99)).isEqualTo(NOON.plusSeconds(60 * 250));
    }

    @Test
    void aMonthWithoutAnAdapterDoesNotStopTheClock() {
        Instant now = NOON.plusSeconds(30L * 86_400);
        Instant last = NOON;
        List<Instant> fired = new ArrayList<>();
        while (last.isBefore(now)) {
            DueTicks due = DueTicks.between(EVERY_MINUTE, last, now, Missed.SKIP);
            fired.addAll(due.fire());
            last = due.last();
        }

        assertThat(fired).containsExactly(now);
    }

    @Test
    void whateverTheMomentsOfLookingNoTickIsFiredTwiceOrLeftOut() {
        Random random = new Random(7);
        Instant last = NOON;
        Instant now = NOON;
        List<Instant> fired = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            now = now.plusMillis(random.nextInt(1_900));
            DueTicks due = DueTicks.between(EVERY_SECOND, last, now, Missed.SKIP);
            fired.addAll(due.fire());
            last = due.last();
        }

        List<Instant> expected = new ArrayList<>();
        for (Instant tick = NOON.plusSeconds(1); !tick.isAfter(now); tick = tick.plusSeconds(1)) {
            expected.add(tick);
        }
        assertThat(fired).containsExactlyElementsOf(expected);
    }
}
