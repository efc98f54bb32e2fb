package dev.millrace.redis;

import static dev.millrace.redis.Outcomes.ENDED;
import static dev.millrace.redis.Outcomes.NO_RESULT;
import static dev.millrace.redis.Outcomes.batch;
import static dev.millrace.redis.Outcomes.failed;
import static dev.millrace.redis.Outcomes.outcome;
import static dev.millrace.redis.Outcomes.retrying;
import static dev.millrace.redis.Outcomes.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Status;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {

    private static final long TODAY = Tally.dayOf(ENDED);
    private static final String SUCCEEDED = Tally.field(17, Status.SUCCEEDED.code());
    private static final String FAILED = Tally.field(17, Status.FAILED.code());

    @Test
    void endsAreCountedAndAttemptsThatAreRepeatedAreNot() {
        Tally tally = new Tally(new Tally.Head(1, 0), 0, day -> Map.of());

        tally.add(batch(0, 4, succeeded(1, "1"), retrying(2, 1), failed(3, 1), succeeded(4, "1")));

        assertThat(tally.takeChanges()).isEqualTo(Map.of(TODAY, Map.of(SUCCEEDED, 2L, FAILED, 1L)));
        assertThat(tally.next()).isEqualTo(4);
    }

    @Test
    void aSecondEndOfTheSameInvocationCountsAsTheLogHasIt() {
        Tally tally = new Tally(new Tally.Head(1, 0), 0, day -> Map.of());

        tally.add(batch(0, 2, succeeded(1, "1"), failed(1, 2)));

        assertThat(tally.takeChanges()).isEqualTo(Map.of(TODAY, Map.of(SUCCEEDED, 1L, FAILED, 1L)));
    }

    @Test
    void itGoesOnFromWhatIsKnownOfADayAndTellsOnlyWhatChanged() {
        Tally tally =
                new Tally(new Tally.Head(1, 0), 7, day -> day == TODAY ? Map.of(SUCCEEDED, 10L, FAILED, 3L) : Map.of());

        tally.add(batch(7, 8, succeeded(1, "1")));
        assertThat(tally.takeChanges()).isEqualTo(Map.of(TODAY, Map.of(SUCCEEDED, 11L)));

        tally.add(batch(8, 9, outcome(2, Status.SUCCEEDED, 1, ENDED + 86_400_000, NO_RESULT, "")));
        assertThat(tally.takeChanges()).isEqualTo(Map.of(TODAY + 1, Map.of(SUCCEEDED, 1L)));
        assertThat(tally.takeChanges()).isEmpty();
    }

    @Test
    void whatRedisKeepsOfItIsReadBackAndAnythingElseIsNot() {
        Tally.Head head = new Tally.Head(1_790_000_000_000L, 42);

        assertThat(Tally.Head.of(head.text())).hasValue(head);
        assertThat(Tally.Head.of("")).isEmpty();
        assertThat(Tally.Head.of("1 -2")).isEmpty();
        assertThat(Tally.Head.of("99999999999999999999 1")).isEmpty();
    }
}
