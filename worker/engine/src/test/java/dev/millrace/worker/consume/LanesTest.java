package dev.millrace.worker.consume;

import static dev.millrace.worker.consume.Samples.receive;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.OffsetMap;
import dev.millrace.contract.Outcome;
import dev.millrace.worker.consume.FairOrder.Turn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LanesTest {

    private static final TopicPartition PARTITION = new TopicPartition("t.fn", 0);

    private final FairOrder order = new FairOrder(100, function -> 1);
    private final Lanes lanes = new Lanes(order, () -> 0);

    @Test
    void aRunThatOutlivesItsLaneStaysInFlightUntilItEnds() {
        Assignment lane = assigned();
        List<Delivery> running = run(lane, 2);

        lanes.depart(lane, false);
        assertThat(order.inFlight()).isEqualTo(2);
        assertThat(lanes.running()).hasSize(2);

        assertThat(lanes.done(running)).isEmpty();
        assertThat(order.inFlight()).isZero();
        assertThat(lanes.running()).isEmpty();
        assertThat(lanes.strays()).isZero();
    }

    @Test
    void theEndOfAClaimedRunIsToBeMarked() {
        Assignment lane = assigned();
        List<Delivery> running = run(lane, 1);

        lanes.depart(lane, true);

        assertThat(lanes.done(running)).isEqualTo(running);
    }

    @Test
    void aLaneThatComesBackDoesNotRunWhatStillRunsHere() {
        Assignment before = assigned();
        List<Delivery> running = run(before, 1);
        lanes.depart(before, false);

        Assignment after = assigned();
        receive(after.lane(), 0, 0);
        assertThat(after.lane().parked()).isEqualTo(1);

        lanes.done(running);
        assertThat(after.lane().frontier()).isEqualTo(1);
    }

    @Test
    void whatRanBeforeTheLogWasCutSaysNothingOfWhatLiesThereNow() {
        Assignment before = assigned();
        List<Delivery> running = run(before, 1);

        lanes.cut(before);
        Assignment after = assigned();
        receive(after.lane(), 0, 0);
        lanes.done(running);

        assertThat(after.lane().frontier()).isZero();
        assertThat(after.lane().ready()).isEqualTo(1);
        assertThat(order.inFlight()).isZero();
    }

    @Test
    void aWordSaidTwiceIsCountedAndChangesNothing() {
        Assignment lane = assigned();
        List<Delivery> running = run(lane, 1);

        lanes.done(running);
        lanes.done(running);

        assertThat(lanes.strays()).isEqualTo(1);
        assertThat(order.inFlight()).isZero();
    }

    private Assignment assigned() {
        Assignment assignment = lanes.assign(PARTITION, Samples.trigger(1, "fn"), OffsetMap.nothingAbove(0));
        lanes.heard(assignment, Map.of());
        return assignment;
    }

    private List<Delivery> run(Assignment assignment, int count) {
        Lane lane = assignment.lane();
        receive(lane, 0, count - 1);
        order.enrol(lane);
        Turn turn = order.next(new Generous());
        assertThat(turn).isNotNull();
        return lane.take(turn.size(), 0);
    }

    /** Takes whatever there is. */
    private static final class Generous implements Execution {

        @Override
        public void ended(Delivery delivery, @Nullable Outcome outcome) {
            throw new AssertionError("nothing had ended before");
        }

        @Override
        public int permitsFree(FunctionRef function) {
            return 1;
        }

        @Override
        public int batchSize(FunctionRef function) {
            return MAX_BATCH;
        }

        @Override
        public Duration maxAge(FunctionRef function) {
            return Duration.ofHours(6);
        }

        @Override
        public void expire(FunctionRef function, List<Delivery> tooOld) {
            throw new AssertionError("nothing is too old");
        }

        @Override
        public void start(FunctionRef function, List<Delivery> batch) {
            throw new AssertionError("nothing is started here");
        }
    }
}
