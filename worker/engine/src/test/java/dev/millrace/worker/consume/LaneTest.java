package dev.millrace.worker.consume;

import static dev.millrace.worker.consume.Samples.delivery;
import static dev.millrace.worker.consume.Samples.lane;
import static dev.millrace.worker.consume.Samples.offsets;
import static dev.millrace.worker.consume.Samples.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.OffsetMap;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.worker.consume.ClaimBook.Claim;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LaneTest {

    private static final long EPOCH = 1;

    @Test
    void theFrontierStopsAtTheFirstUnfinishedOffset() {
        Lane lane = lane(10);
        receive(lane, 10, 14);
        lane.take(5, 0);

        lane.done(11, EPOCH);
        lane.done(13, EPOCH);
        assertThat(lane.frontier()).isEqualTo(10);

        lane.done(10, EPOCH);
        assertThat(lane.frontier()).isEqualTo(12);
    }

    @Test
    void aPausedTriggerHandsNothingOverUntilItGoesOn() {
        Lane lane = lane(10);
        TriggerDefinition running = lane.trigger();
        receive(lane, 10, 12);

        lane.trigger(paused(running));
        assertThat(lane.ready()).isZero();
        assertThat(lane.take(5, 0)).isEmpty();
        receive(lane, 13, 13);
        assertThat(lane.frontier()).isEqualTo(10);

        lane.trigger(running);
        assertThat(lane.take(5, 0)).hasSize(4);
    }

    private static TriggerDefinition paused(TriggerDefinition trigger) {
        return new TriggerDefinition(
                trigger.ref(), trigger.number(), trigger.spec(), true, true, trigger.partitions(), 2, 0, 0);
    }

    @Test
    void whatIsDoneAboveTheFrontierIsInTheMap() {
        Lane lane = lane(10);
        receive(lane, 10, 14);
        lane.take(5, 0);
        lane.done(11, EPOCH);
        lane.done(13, EPOCH);

        OffsetMap map = lane.offsetMap(4096);

        assertThat(map.isDone(11)).isTrue();
        assertThat(map.isDone(12)).isFalse();
        assertThat(map.isDone(13)).isTrue();
        assertThat(map.reach()).isEqualTo(14);
        assertThat(map.doneAbove()).isEqualTo(2);
    }

    @Test
    void offsetsThatNeverArriveDoNotHoldTheFrontier() {
        Lane lane = lane(10);

        lane.received(delivery(lane, 17));
        assertThat(lane.frontier()).isEqualTo(17);

        lane.take(1, 0);
        lane.done(17, EPOCH);
        lane.reached(20);
        assertThat(lane.frontier()).isEqualTo(20);
        assertThat(lane.completed()).isEqualTo(20);
    }

    @Test
    void aLateWordOfAnEarlierAssignmentChangesNothing() {
        Lane lane = lane(0);
        receive(lane, 0, 0);
        lane.take(1, 0);

        assertThat(lane.done(0, EPOCH - 1)).isFalse();
        assertThat(lane.frontier()).isZero();
    }

    @Test
    void onlyWhatRunsCanBeDone() {
        Lane lane = lane(0);
        receive(lane, 0, 1);
        lane.take(1, 0);

        assertThat(lane.done(1, EPOCH)).as("waiting").isFalse();
        assertThat(lane.done(9, EPOCH)).as("never came").isFalse();
        assertThat(lane.done(0, EPOCH)).isTrue();
        assertThat(lane.done(0, EPOCH)).as("said twice").isFalse();
        assertThat(lane.frontier()).isEqualTo(1);
    }

    @Test
    void anOffsetBelowTheExpectedOneIsRefused() {
        Lane lane = lane(5);

        assertThatThrownBy(() -> lane.received(delivery(lane, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expects offset 5, not 4");
    }

    @Test
    void whatTheLastOwnerDidIsNotRunAgain() {
        Lane before = lane(0);
        receive(before, 0, 9);
        before.take(10, 0);
        before.done(3, EPOCH);
        before.done(7, EPOCH);

        Lane after = lane("fn", before.offsetMap(4096));
        receive(after, 0, 9);

        assertThat(offsets(after.take(10, 0))).containsExactly(0L, 1L, 2L, 4L, 5L, 6L, 8L, 9L);
    }

    @Test
    void whatTheLastOwnerDidIsRememberedThroughASecondHandOverBeforeItWasFetchedAgain() {
        Lane first = lane(0);
        receive(first, 0, 9);
        first.take(10, 0);
        first.done(8, EPOCH);
        Lane second = lane("fn", first.offsetMap(4096));
        receive(second, 0, 1);
        second.take(2, 0);
        second.done(0, EPOCH);

        OffsetMap map = second.offsetMap(4096);

        assertThat(map.committed()).isEqualTo(1);
        assertThat(map.isDone(8)).isTrue();
        assertThat(map.doneAbove()).isEqualTo(1);
        assertThat(second.completed()).isEqualTo(2);
    }

    @Test
    void theFrontierPassesWhatTheLastOwnerDidBeforeItIsFetchedAgain() {
        Lane before = lane(0);
        receive(before, 0, 9);
        before.take(10, 0);
        before.done(1, EPOCH);
        Lane after = lane("fn", before.offsetMap(4096));
        receive(after, 0, 0);
        after.take(1, 0);

        after.done(0, EPOCH);

        assertThat(after.frontier()).isEqualTo(2);
    }

    @Test
    void nothingIsTakenBeforeItIsKnownWhatOthersStillRun() {
        Lane lane = new Lane(Samples.laneId("t", 1), Samples.trigger(1, "fn"), OffsetMap.nothingAbove(0));
        receive(lane, 0, 3);
        assertThat(lane.ready()).isZero();

        lane.claims(Map.of(1L, Claim.RUNNING, 2L, Claim.DONE, 3L, Claim.ORPHANED));

        assertThat(offsets(lane.take(9, 0))).containsExactly(0L, 3L);
        assertThat(lane.parked()).isEqualTo(1);
    }

    @Test
    void aClaimHoldsAnOffsetThatIsYetToCome() {
        Lane lane = lane(0);
        lane.claims(Map.of(1L, Claim.RUNNING, 2L, Claim.DONE));

        receive(lane, 0, 3);

        assertThat(offsets(lane.take(9, 0))).containsExactly(0L, 3L);
        lane.done(0, EPOCH);
        lane.done(3, EPOCH);
        assertThat(lane.frontier()).as("the other worker's run keeps it open").isEqualTo(1);
    }

    @Test
    void aParkedRunIsDoneWhenItsWorkerSaysSo() {
        Lane lane = lane(0);
        lane.claims(Map.of(0L, Claim.RUNNING));
        receive(lane, 0, 0);

        lane.claims(Map.of(0L, Claim.DONE));

        assertThat(lane.frontier()).isEqualTo(1);
        assertThat(lane.parked()).isZero();
        assertThat(lane.spentClaims(1)).containsExactly(0L);
        assertThat(lane.spentClaims(1)).isEmpty();
    }

    @Test
    void aParkedRunIsRunHereWhenItsWorkerDied() {
        Lane lane = lane(0);
        lane.claims(Map.of(0L, Claim.RUNNING, 1L, Claim.RUNNING));
        receive(lane, 0, 1);

        lane.claims(Map.of(0L, Claim.ORPHANED));

        assertThat(lane.parked()).isZero();
        assertThat(offsets(lane.take(9, 0))).containsExactlyInAnyOrder(0L, 1L);
    }

    @Test
    void aClaimOnWhatRunsHereAlreadyChangesNothing() {
        Lane lane = lane(0);
        receive(lane, 0, 0);
        lane.take(1, 0);

        lane.claims(Map.of(0L, Claim.RUNNING));
        assertThat(lane.running()).isEqualTo(1);

        lane.claims(Map.of(0L, Claim.DONE));
        assertThat(lane.frontier()).as("our own run decides").isZero();
        assertThat(lane.done(0, EPOCH)).isTrue();
    }

    @Test
    void aRunThatEndedAfterItsLaneCameBackCountsForTheNewLane() {
        Lane lane = lane(0);
        lane.claims(Map.of(0L, Claim.RUNNING));
        receive(lane, 0, 1);

        lane.doneElsewhere(0);

        assertThat(lane.frontier()).isEqualTo(1);
    }

    @Test
    void bytesAreHeldUntilDone() {
        Lane lane = lane(0);
        lane.received(delivery(lane.id(), lane.trigger(), 0, new byte[1000]));
        long held = lane.bytes();
        assertThat(held).isGreaterThanOrEqualTo(1000);

        lane.take(1, 0);
        assertThat(lane.bytes()).isEqualTo(held);

        lane.done(0, EPOCH);
        assertThat(lane.bytes()).isZero();
    }

    @Test
    void aMillionDoneBehindOneOpenTakeNoRoom() {
        Lane lane = lane(0);
        receive(lane, 0, 0);
        lane.take(1, 0);
        for (long offset = 1; offset <= 1_000_000; offset++) {
            lane.received(delivery(lane, offset));
            lane.take(1, 0);
            lane.done(offset, EPOCH);
        }

        assertThat(lane.frontier()).isZero();
        assertThat(lane.offsetMap(4096).encode(4096)).hasSizeLessThan(16);
        assertThat(lane.completed()).isEqualTo(1_000_000);
    }
}
