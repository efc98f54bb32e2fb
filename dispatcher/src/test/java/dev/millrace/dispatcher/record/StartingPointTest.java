package dev.millrace.dispatcher.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.redis.RecordedPosition;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StartingPointTest {

    private static final OptionalLong NONE = OptionalLong.empty();

    @Test
    void anEmptyLogIsNothingToRebuild() {
        assertThat(StartingPoint.of(RecordedPosition.UNKNOWN, 0, 0, 0)).isEqualTo(new StartingPoint(0, NONE, false));
        assertThat(StartingPoint.of(RecordedPosition.UNKNOWN, 50, 50, 50))
                .isEqualTo(new StartingPoint(50, NONE, false));
    }

    @Test
    void anEmptyRedisIsFilledFromTheBeginningOfTheLog() {
        assertThat(StartingPoint.of(RecordedPosition.UNKNOWN, 90, 10, 100))
                .isEqualTo(new StartingPoint(10, OptionalLong.of(100), true));
    }

    @Test
    void theFirstStartOfAllIsNoLossAndStillToldApart() {
        assertThat(StartingPoint.of(RecordedPosition.UNKNOWN, 10, 10, 100))
                .isEqualTo(new StartingPoint(10, OptionalLong.of(100), false));
    }

    @Test
    void whatIsWhereItWasLeftGoesOn() {
        assertThat(StartingPoint.of(at(90), 90, 0, 100)).isEqualTo(new StartingPoint(90, NONE, false));
        assertThat(StartingPoint.of(at(95), 90, 0, 100)).isEqualTo(new StartingPoint(95, NONE, false));
    }

    @Test
    void anOlderRedisThanWasSeenIsBroughtUpToTheEnd() {
        assertThat(StartingPoint.of(at(40), 90, 0, 100)).isEqualTo(new StartingPoint(40, OptionalLong.of(100), true));
    }

    @Test
    void aRebuildingThatSomebodyElseBeganGoesOn() {
        RecordedPosition halfWay = new RecordedPosition(OptionalLong.of(40), OptionalLong.of(80));

        assertThat(StartingPoint.of(halfWay, 90, 0, 100)).isEqualTo(new StartingPoint(40, OptionalLong.of(80), false));
    }

    @Test
    void whatRetentionDeletedIsSkipped() {
        assertThat(StartingPoint.of(at(40), 40, 60, 100)).isEqualTo(new StartingPoint(60, NONE, false));
    }

    @Test
    void aLogThatWasMadeAnewIsReadFromItsBeginning() {
        assertThat(StartingPoint.of(at(500), 500, 0, 7)).isEqualTo(new StartingPoint(0, OptionalLong.of(7), true));
    }

    @Test
    void waitsDoubleUpToTheLongest() {
        Backoff backoff = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));

        assertThat(backoff.after(1)).isEqualTo(Duration.ofMillis(50));
        assertThat(backoff.after(3)).isEqualTo(Duration.ofMillis(200));
        assertThat(backoff.after(6)).isEqualTo(Duration.ofSeconds(1));
        assertThat(backoff.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(1));
        assertThatThrownBy(() -> backoff.after(0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static RecordedPosition at(long offset) {
        return new RecordedPosition(OptionalLong.of(offset), NONE);
    }
}
