package dev.millrace.redis;

import static dev.millrace.redis.Outcomes.ENDED;
import static dev.millrace.redis.Outcomes.FUNCTION;
import static dev.millrace.redis.Outcomes.address;
import static dev.millrace.redis.Outcomes.batch;
import static dev.millrace.redis.Outcomes.failed;
import static dev.millrace.redis.Outcomes.logging;
import static dev.millrace.redis.Outcomes.outcome;
import static dev.millrace.redis.Outcomes.pack;
import static dev.millrace.redis.Outcomes.partition;
import static dev.millrace.redis.Outcomes.retrying;
import static dev.millrace.redis.Outcomes.succeeded;
import static dev.millrace.redis.Outcomes.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every reader and writer of results promises, whatever they stand on. */
abstract class ResultsContract {

    final SettableClock clock = SettableClock.at(Instant.ofEpochMilli(ENDED + 1000));

    ResultReader reader;
    ResultWriter writer;

    /** Opens empty results for one test. */
    abstract void open();

    /** Loses everything, as a Redis does that comes back empty. */
    abstract void loseEverything();

    @BeforeEach
    void begin() {
        open();
        assertThat(writer.reposition(partition(), OptionalLong.empty(), 0, OptionalLong.empty()))
                .isTrue();
    }

    @Test
    void aFinishedInvocationIsFoundWithItsResult() {
        write(batch(0, 1, succeeded(5, "{\"width\":80}")));

        Lookup found = reader.find(address(5));

        assertThat(found).isInstanceOf(Lookup.Finished.class);
        Lookup.Finished finished = (Lookup.Finished) found;
        assertThat(finished.heading()).isEqualTo(Outcomes.HEADING);
        assertThat(finished.outcome().status()).isEqualTo(Status.SUCCEEDED);
        assertThat(finished.outcome().result()).isEqualTo(utf8("{\"width\":80}"));
    }

    @Test
    void theFirstTerminalOutcomeStays() {
        write(batch(0, 2, succeeded(5, "1"), failed(5, 1)));
        write(batch(2, 3, failed(5, 2)));

        assertThat(statusOf(5)).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void whatOnlyTheLogHasIsPutBackWithItsLogs() {
        Outcome ended = logging(5, Status.FAILED, 2, "said\n");
        write(batch(0, 1, ended));
        Lookup before = reader.find(address(5));
        List<OutcomePack.Entry> entries =
                pack(retrying(5, 1), ended, failed(5, 1)).entries();
        loseEverything();
        assertThat(writer.reposition(partition(), OptionalLong.empty(), 1, OptionalLong.empty()))
                .isTrue();

        Lookup restored = reader.restore(entries);

        assertThat(restored).usingRecursiveComparison().isEqualTo(before);
        assertThat(reader.find(address(5))).usingRecursiveComparison().isEqualTo(before);
        assertThat(reader.log(address(5), 2)).hasValue(utf8("said\n"));
    }

    @Test
    void anInvocationThatGoesOnIsPutBackAsItWasLast() {
        List<OutcomePack.Entry> entries = pack(retrying(5, 1), retrying(5, 2)).entries();

        assertThat(reader.restore(entries))
                .isInstanceOfSatisfying(
                        Lookup.Unfinished.class,
                        unfinished -> assertThat(unfinished.retrying())
                                .isNotNull()
                                .extracting(last ->
                                        last.outcome().attempts().getLast().number())
                                .isEqualTo(2));
    }

    @Test
    void whatIsNoLongerToBeKeptIsNotPutBack() {
        clock.advance(Duration.ofDays(30));

        assertThat(reader.restore(pack(succeeded(5, "1")).entries())).isInstanceOf(Lookup.Absent.class);
    }

    @Test
    void writingTheSameAgainChangesNothing() {
        write(batch(0, 1, succeeded(5, "1")));
        Lookup before = reader.find(address(5));
        assertThat(writer.reposition(partition(), OptionalLong.of(1), 0, OptionalLong.empty()))
                .isTrue();
        write(batch(0, 1, succeeded(5, "1")));

        assertThat(reader.find(address(5))).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void whatIsRetriedIsShownUntilItEnds() {
        write(batch(0, 1, retrying(5, 1)));
        assertThat(reader.find(address(5))).isInstanceOfSatisfying(Lookup.Unfinished.class, unfinished -> {
            assertThat(unfinished.running()).isNull();
            assertThat(unfinished.recordedUpTo()).isEqualTo(1);
            assertThat(unfinished.retrying())
                    .isNotNull()
                    .extracting(retrying -> retrying.outcome().attempts().size())
                    .isEqualTo(1);
        });

        write(batch(1, 2, outcome(5, Status.SUCCEEDED, 2, ENDED, utf8("1"), "")));
        assertThat(statusOf(5)).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void whatWasNeverRecordedIsAbsentWithThePositionThatWasSearched() {
        write(batch(0, 8, succeeded(5, "1")));

        assertThat(reader.find(address(6))).isEqualTo(new Lookup.Absent(8));
    }

    @Test
    void theLogOfEachAttemptIsKept() {
        write(batch(0, 1, logging(5, Status.RETRYING, 1, "trying\n")));
        write(batch(1, 2, logging(5, Status.FAILED, 2, "gave up\n")));

        assertThat(reader.log(address(5), 1)).hasValue(utf8("trying\n"));
        assertThat(reader.log(address(5), 2)).hasValue(utf8("gave up\n"));
        assertThat(reader.log(address(5), 3)).isEmpty();
    }

    @Test
    void aLongLogComesBackAsItWas() {
        String log = "the same line over and over\n".repeat(30_000);
        write(batch(0, 1, logging(5, Status.FAILED, 1, log)));

        assertThat(reader.log(address(5), 1)).hasValue(utf8(log));
    }

    @Test
    void whatIsTooOldToBeKeptIsNotWritten() {
        clock.set(Instant.ofEpochMilli(ENDED + Outcomes.TTL_SECONDS * 1000L + 6));
        write(batch(0, 2, succeeded(5, "1"), succeeded(8, "1")));

        assertThat(reader.find(address(5))).isInstanceOf(Lookup.Absent.class);
        assertThat(statusOf(8)).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void thePositionMovesWhenWhatItCoversIsThere() {
        writer.write(batch(0, 5, succeeded(1, "1")));
        assertThat(position().recorded()).hasValue(0);
        assertThat(writer.drain()).isEmpty();

        assertThat(position().recorded()).hasValue(5);
    }

    @Test
    void aPositionThatSomebodyElseMovedIsNotMoved() {
        writer.write(batch(0, 5, succeeded(1, "1")));
        assertThat(writer.reposition(partition(), OptionalLong.of(0), 3, OptionalLong.empty()))
                .isTrue();

        assertThat(writer.drain()).containsExactly(partition());
        assertThat(position().recorded()).hasValue(3);
        assertThat(writer.reposition(partition(), OptionalLong.of(0), 9, OptionalLong.empty()))
                .isFalse();
    }

    @Test
    void aGapBetweenStretchesIsRefused() {
        writer.write(batch(0, 5));

        assertThatThrownBy(() -> writer.write(batch(6, 7))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void afterALossNothingIsCalledAbsentUntilAllIsBack() {
        write(batch(0, 2, succeeded(1, "1"), succeeded(2, "1")));
        loseEverything();
        assertThat(reader.find(address(1))).isEqualTo(new Lookup.Rebuilding());

        writer.write(batch(2, 3, succeeded(3, "1")));
        assertThat(writer.drain()).containsExactly(partition());
        assertThat(reader.find(address(1))).isEqualTo(new Lookup.Rebuilding());
        assertThat(statusOf(3)).isEqualTo(Status.SUCCEEDED);

        assertThat(writer.reposition(partition(), OptionalLong.empty(), 0, OptionalLong.of(3)))
                .isTrue();
        write(batch(0, 1, succeeded(1, "1")));
        assertThat(statusOf(1)).isEqualTo(Status.SUCCEEDED);
        assertThat(reader.find(address(2))).isEqualTo(new Lookup.Rebuilding());

        write(batch(1, 3, succeeded(2, "1"), succeeded(3, "1")));
        assertThat(position().rebuildingUntil()).isEmpty();
        assertThat(statusOf(2)).isEqualTo(Status.SUCCEEDED);
        assertThat(reader.find(address(4))).isEqualTo(new Lookup.Absent(3));
    }

    @Test
    void anOlderPositionThanWasSeenMeansALoss() {
        write(batch(0, 9, succeeded(1, "1")));
        assertThat(reader.find(address(7))).isEqualTo(new Lookup.Absent(9));
        assertThat(writer.reposition(partition(), OptionalLong.of(9), 4, OptionalLong.empty()))
                .isTrue();

        assertThat(reader.find(address(7))).isEqualTo(new Lookup.Rebuilding());
    }

    @Test
    void anEndSeenInTheLogIsFindableAtOnceAndNeverReplacesTheFirst() {
        write(batch(0, 1, succeeded(1, "1")));

        Lookup.Finished first = reader.confirm(pack(failed(1, 1)).entries().getFirst());
        Lookup.Finished early = reader.confirm(pack(failed(2, 1)).entries().getFirst());

        assertThat(first.outcome().status()).isEqualTo(Status.SUCCEEDED);
        assertThat(early.outcome().status()).isEqualTo(Status.FAILED);
        assertThat(statusOf(2)).isEqualTo(Status.FAILED);
    }

    @Test
    void recentInvocationsAreListedNewestFirstWithoutTheirResults() {
        write(batch(0, 3, succeeded(1, "1"), failed(2, 1), retrying(3, 1)));

        RecentPage page = reader.recent(RecentQuery.newest(FUNCTION, 10));

        assertThat(offsets(page)).containsExactly(3L, 2L, 1L);
        assertThat(page.nextCursor()).isNull();
        assertThat(page.items().getLast().outcome().result()).isEmpty();
        assertThat(reader.recent(RecentQuery.newest(FunctionRef.of("other"), 10))
                        .items())
                .isEmpty();
    }

    @Test
    void recentInvocationsAreChosenByStatusAndTime() {
        write(batch(0, 4, succeeded(1, "1"), failed(2, 1), succeeded(3, "1"), failed(4, 1)));

        assertThat(offsets(reader.recent(new RecentQuery(FUNCTION, Set.of(Status.FAILED), 0, 10, null))))
                .containsExactly(4L, 2L);
        assertThat(offsets(reader.recent(
                        new RecentQuery(FUNCTION, Set.of(Status.SUCCEEDED, Status.FAILED), ENDED + 2, 10, null))))
                .containsExactly(4L, 3L, 2L);
        assertThat(offsets(reader.recent(new RecentQuery(FUNCTION, Set.of(Status.CANCELLED), 0, 10, null))))
                .isEmpty();
    }

    @Test
    void anInvocationIsListedOnceAsItStandsNow() {
        write(batch(0, 1, retrying(1, 1)));
        write(batch(1, 2, outcome(1, Status.SUCCEEDED, 2, ENDED + 500, utf8("1"), "")));

        assertThat(reader.recent(RecentQuery.newest(FUNCTION, 10)).items())
                .singleElement()
                .extracting(item -> item.outcome().status())
                .isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void pagesJoinWithoutGapOrRepetition() {
        Outcome[] outcomes = new Outcome[25];
        for (int i = 0; i < outcomes.length; i++) {
            outcomes[i] = i % 2 == 0 ? succeeded(i, "1") : failed(i, 1);
        }
        write(batch(0, 25, outcomes));

        List<Long> seen = new ArrayList<>();
        String cursor = null;
        do {
            RecentPage page = reader.recent(new RecentQuery(FUNCTION, Set.of(), 0, 10, cursor));
            seen.addAll(offsets(page));
            cursor = page.nextCursor();
        } while (cursor != null);

        assertThat(seen).hasSize(25).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> Long.compare(b, a));
    }

    @Test
    void theNewestThousandAreKept() {
        Outcome[] outcomes = new Outcome[1100];
        for (int i = 0; i < outcomes.length; i++) {
            outcomes[i] = succeeded(i, "1");
        }
        write(batch(0, 1100, outcomes));
        write(batch(1100, 1101, succeeded(1100, "1")));

        List<Long> seen = new ArrayList<>();
        String cursor = null;
        do {
            RecentPage page = reader.recent(new RecentQuery(FUNCTION, Set.of(), 0, 100, cursor));
            seen.addAll(offsets(page));
            cursor = page.nextCursor();
        } while (cursor != null);

        assertThat(seen).hasSize(1000).startsWith(1100L, 1099L).endsWith(101L);
    }

    final void write(OutcomeBatch batch) {
        writer.write(batch);
        assertThat(writer.drain()).isEmpty();
    }

    private RecordedPosition position() {
        RecordedPosition position = writer.positions(Set.of(partition())).get(partition());
        assertThat(position).isNotNull();
        return position;
    }

    private Status statusOf(long offset) {
        Lookup found = reader.find(address(offset));
        assertThat(found).isInstanceOf(Lookup.Finished.class);
        return ((Lookup.Finished) found).outcome().status();
    }

    private static List<Long> offsets(RecentPage page) {
        return page.items().stream()
                .map(item -> item.outcome().address().offset())
                .toList();
    }
}
