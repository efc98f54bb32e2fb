package dev.millrace.dispatcher.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.dispatcher.wait.Samples;
import dev.millrace.redis.Tallies.Cell;
import dev.millrace.redis.Tallies.Counted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecountTest {

    private static final long DAY_MILLIS = 86_400_000L;
    private static final long TODAY = 20_000;
    private static final OutcomeHeading HEADING = Samples.HEADING;
    private static final int TRIGGER = HEADING.trigger();

    @Test
    void whatWasCountedAsItIsInTheLogMakesNoDifference() {
        Recount recount = recount(0, 3, 0, Map.of(cell(TODAY, Status.SUCCEEDED), 2L, cell(TODAY, Status.FAILED), 1L));

        recount.next(0, pack(TODAY, Status.SUCCEEDED));
        recount.next(1, pack(TODAY, Status.RETRYING));
        recount.next(2, pack(TODAY, Status.SUCCEEDED));
        recount.next(2, pack(TODAY, Status.FAILED));

        assertThat(recount.differences()).isEmpty();
    }

    @Test
    void oneTooManyAndOneTooFewAreTwoDifferences() {
        Recount recount = recount(0, 2, 0, Map.of(cell(TODAY, Status.SUCCEEDED), 2L));

        recount.next(0, pack(TODAY, Status.SUCCEEDED));
        recount.next(1, pack(TODAY, Status.FAILED));

        assertThat(recount.differences()).isEqualTo(Map.of(TRIGGER, 2L));
    }

    @Test
    void onlyWhatWasCountedIsCompared() {
        Recount recount = recount(1, 2, 0, Map.of(cell(TODAY, Status.SUCCEEDED), 1L));

        recount.next(0, pack(TODAY, Status.SUCCEEDED));
        recount.next(1, pack(TODAY, Status.SUCCEEDED));
        recount.next(2, pack(TODAY, Status.SUCCEEDED));

        assertThat(recount.differences()).isEmpty();
    }

    @Test
    void daysThatTheLogHasNotWholeAnyMoreAreLeftOut() {
        Map<Cell, Long> counted = Map.of(
                cell(TODAY - 2, Status.SUCCEEDED), 100L,
                cell(TODAY - 1, Status.SUCCEEDED), 100L,
                cell(TODAY, Status.SUCCEEDED), 1L);
        Recount recount = recount(0, 1000, 500, counted);

        recount.next(500, pack(TODAY - 2, Status.SUCCEEDED));
        recount.next(501, pack(TODAY, Status.SUCCEEDED));
        assertThat(recount.differences()).isEmpty();

        recount.next(502, pack(TODAY, Status.SUCCEEDED));
        assertThat(recount.differences()).isEqualTo(Map.of(TRIGGER, 1L));
    }

    @Test
    void daysThatWereNotAskedForAreLeftOut() {
        Recount recount = recount(0, 1, 0, Map.of());

        recount.next(0, pack(TODAY + 400, Status.SUCCEEDED));

        assertThat(recount.differences()).isEmpty();
    }

    @Test
    void whatWasCountedOfManyPartitionsIsAddedUp() {
        Map<Cell, Long> counts = new HashMap<>();
        counts.put(cell(TODAY, Status.SUCCEEDED), 2L);
        counts.put(cell(TODAY - 1, Status.SUCCEEDED), 3L);

        assertThat(Recount.sums(List.of(new Counted(0, 9, counts), new Counted(0, 9, counts))))
                .isEqualTo(Map.of(TRIGGER, Map.of(Status.SUCCEEDED, 10L)));
    }

    private static Recount recount(long from, long until, long begin, Map<Cell, Long> counts) {
        return new Recount(new Counted(from, until, counts), begin, day -> day > TODAY - 31 && day <= TODAY + 1);
    }

    private static Cell cell(long day, Status status) {
        return new Cell(day, TRIGGER, status);
    }

    private static OutcomePack.Entries pack(long day, Status status) {
        Outcome like = Samples.succeeded(1, "");
        Outcome outcome = new Outcome(
                like.address(),
                status,
                like.version(),
                like.acceptedAt(),
                day * DAY_MILLIS + 5,
                like.ttlSeconds(),
                like.attempts(),
                new byte[0],
                null,
                new byte[0],
                null);
        OutcomePack pack = new OutcomePack(HEADING);
        pack.add(OutcomePack.encode(outcome));
        try {
            return OutcomePack.entries(pack.toBytes());
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }
}
