package dev.millrace.worker.delay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.DelayClass;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.OffsetMap;
import dev.millrace.worker.consume.LaneId;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class VerdictTest {

    private static final long NOW = 1_800_000_000_000L;

    @Test
    void whatIsTooYoungIsLeftWithAllThatLiesBehindIt() {
        assertThat(verdict(DelayClass.MINUTE, NOW - 10_000, NOW + 50_000))
                .isEqualTo(new Verdict.Leave(NOW + 50_000 - DelayClass.TOLERANCE.toMillis() - Verdict.LEAD.toMillis()));
    }

    @Test
    void theTopicOfASecondIsReadAtOnce() {
        assertThat(verdict(DelayClass.SECOND, NOW, NOW + 4_000)).isEqualTo(new Verdict.Hold(NOW + 4_000));
    }

    @Test
    void theRestOfTheDelayIsWaitedForInMemory() {
        assertThat(verdict(DelayClass.MINUTE, NOW - 60_000, NOW + 200_000)).isEqualTo(new Verdict.Hold(NOW + 200_000));
    }

    @Test
    void whatIsDueIsDelivered() {
        assertThat(verdict(DelayClass.HOUR, NOW - 4_000_000, NOW - 3)).isEqualTo(new Verdict.Hold(NOW - 3));
    }

    @Test
    void aDelayLongerThanTheLongestTopicCascades() {
        long written = NOW - DelayClass.SIX_HOURS.length().toMillis();
        assertThat(verdict(
                        DelayClass.SIX_HOURS, written, NOW + Duration.ofHours(7).toMillis()))
                .isEqualTo(new Verdict.PassOn());
        assertThat(verdict(
                        DelayClass.SIX_HOURS, written, NOW + Duration.ofHours(5).toMillis()))
                .isInstanceOf(Verdict.Hold.class);
    }

    @Test
    void withoutRoomItRestsOnInATopicAndWhatIsDueSoonIsLeftForAMoment() {
        long written = NOW - DelayClass.MINUTE.length().toMillis();
        assertThat(verdict(DelayClass.MINUTE, written, NOW + 100_000, false)).isEqualTo(new Verdict.PassOn());
        assertThat(verdict(DelayClass.MINUTE, written, NOW + 1_000, false))
                .isEqualTo(new Verdict.Leave(NOW + Verdict.ROOM_PAUSE.toMillis()));
        assertThat(verdict(DelayClass.MINUTE, written, NOW, false)).isEqualTo(new Verdict.Hold(NOW));
    }

    @Test
    void whatSaysItWaitsForYearsIsDeliveredAtOnceToBeBuried() {
        assertThat(verdict(DelayClass.SECOND, NOW, EventHeader.MAX_TIME)).isEqualTo(new Verdict.Hold(NOW));
    }

    @Property
    void nobodyRestsLongerThanTheTopicIsFor(
            @ForAll DelayClass length,
            @ForAll @LongRange(min = -1, max = EventHeader.MAX_TIME) long writtenAt,
            @ForAll @LongRange(min = 0, max = EventHeader.MAX_TIME) long notBefore,
            @ForAll boolean room) {
        long most = length.length().toMillis() + Verdict.SHORTEST_REST.toMillis();
        switch (verdict(length, writtenAt, notBefore, room)) {
            case Verdict.Leave(long until) -> assertThat(until).isBetween(NOW, NOW + most);
            case Verdict.Hold(long due) ->
                assertThat(due)
                        .isLessThanOrEqualTo(NOW + DelayClass.SIX_HOURS.length().toMillis());
            case Verdict.PassOn passOn -> assertThat(notBefore).isGreaterThan(NOW);
        }
    }

    @Property
    void nobodyIsDeliveredEarlyWhoMayWait(
            @ForAll DelayClass length,
            @ForAll @LongRange(min = 0, max = 700_000_000) long age,
            @ForAll @LongRange(min = 0, max = 600_000_000) long remaining) {
        if (verdict(length, NOW - age, NOW + remaining) instanceof Verdict.Hold(long due)
                && age + remaining <= Duration.ofDays(7).toMillis()) {
            assertThat(due).isEqualTo(NOW + remaining);
        }
    }

    /** However far ahead its writer's clock was, and however often it is looked at. */
    @Property
    void aClockThatIsAheadMakesNobodyWaitForLongerThanHisDelay(
            @ForAll @LongRange(min = 65_001, max = 86_400_000) long ahead,
            @ForAll @LongRange(min = 0, max = 1_200_000) long delay,
            @ForAll @LongRange(min = 0, max = 60_000) long firstLook) {
        DelayClass length = DelayClass.of(Duration.ofMillis(delay));
        DelayLane lane = new DelayLane(new LaneId("delay", 0, 1), length, OffsetMap.nothingAbove(0));
        EventHeader header = header(NOW + ahead + delay);
        long stamp = NOW + ahead;
        long now = NOW + firstLook;
        int looks = 0;
        Verdict verdict = look(lane, stamp, header, now);
        while (verdict instanceof Verdict.Leave(long until) && looks++ < 5) {
            now = until;
            verdict = look(lane, stamp, header, now);
        }
        assertThat(verdict).isEqualTo(new Verdict.Hold(NOW + firstLook + delay));
    }

    private static Verdict look(DelayLane lane, long stamp, EventHeader header, long now) {
        return Verdict.of(lane.length(), Postmark.of(stamp, header, lane.seenAt(0, now)), now, true);
    }

    private static Verdict verdict(DelayClass length, long writtenAt, long notBefore) {
        return verdict(length, writtenAt, notBefore, true);
    }

    private static Verdict verdict(DelayClass length, long writtenAt, long notBefore, boolean room) {
        return Verdict.of(length, new Postmark(writtenAt, header(notBefore)), NOW, room);
    }

    private static EventHeader header(long notBefore) {
        return new EventHeader(NOW, 2, 0, 0, notBefore, new EventAddress(1, 0, 0), null, null, 0, List.of());
    }
}
