package dev.millrace.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.OffsetMap;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.TriggerDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExpiryTest {

    private static final TopicPartition PARTITION = new TopicPartition("t.fn", 0);
    private static final TriggerDefinition TRIGGER = Samples.trigger(1, "fn");
    private static final Duration MAX_AGE = Duration.ofMinutes(1);

    private final FairOrder order = new FairOrder(100, function -> 1);
    private final Lanes lanes = new Lanes(order, () -> 0);
    private final Throttled execution = new Throttled();
    private Instant time = Instant.ofEpochMilli(1_000_000);
    private final Expiry expiry = new Expiry(execution, order, () -> time);

    @Test
    void whatIsTooOldIsHandedOverWithoutAPermitAndTheOthersWaitOn() {
        Lane lane = assigned();
        receive(lane, 0, time.toEpochMilli() - 60_001, 0);
        receive(lane, 1, time.toEpochMilli() - 59_999, 0);

        expiry.lookIfDue(lanes, 0);

        assertThat(Samples.offsets(execution.expired)).containsExactly(0L);
        assertThat(lane.waiting()).isEqualTo(1);
        assertThat(order.inFlight()).isEqualTo(1);
        lanes.done(execution.expired);
        assertThat(order.inFlight()).isZero();
        assertThat(lane.frontier()).isEqualTo(1);
    }

    @Test
    void anExpiryOfTheEventsOwnCounts() {
        Lane lane = assigned();
        receive(lane, 0, time.toEpochMilli(), time.toEpochMilli() - 1);
        receive(lane, 1, time.toEpochMilli() - 90_000, time.toEpochMilli() + 1);
        expiry.lookIfDue(lanes, 0);
        assertThat(Samples.offsets(execution.expired)).containsExactly(0L);
    }

    @Test
    void itLooksOnceASecondAndAgainSoonAfterItFoundSomething() {
        Lane lane = assigned();
        receive(lane, 0, time.toEpochMilli() - 30_000, 0);
        expiry.lookIfDue(lanes, 0);
        time = time.plusSeconds(31);
        expiry.lookIfDue(lanes, 999);
        assertThat(execution.expired).isEmpty();
        expiry.lookIfDue(lanes, 1_000);
        assertThat(execution.expired).hasSize(1);

        receive(lane, 1, time.toEpochMilli() - 61_000, 0);
        expiry.lookIfDue(lanes, 1_050);
        assertThat(execution.expired).hasSize(2);
    }

    @Test
    void nothingIsHandedOverBeforeItIsKnownWhoRunsIt() {
        Assignment unheard = lanes.assign(PARTITION, TRIGGER, OffsetMap.nothingAbove(0));
        receive(unheard.lane(), 0, 0, 0);
        expiry.lookIfDue(lanes, 0);
        assertThat(execution.expired).isEmpty();
    }

    private Lane assigned() {
        Assignment assignment = lanes.assign(PARTITION, TRIGGER, OffsetMap.nothingAbove(0));
        lanes.heard(assignment, Map.of());
        return assignment.lane();
    }

    private static void receive(Lane lane, long offset, long acceptedAt, long expiresAt) {
        EventHeader header = new EventHeader(acceptedAt, 1, 0, expiresAt, 0, null, null, null, 0, List.of());
        EventAddress address = new EventAddress(TRIGGER.number(), 0, offset);
        lane.received(new Delivery(lane.id(), offset, address, header, TRIGGER, new byte[0], null));
    }

    /** Has no permit for anybody. */
    private static final class Throttled implements Execution {

        private final List<Delivery> expired = new ArrayList<>();

        @Override
        public int permitsFree(FunctionRef function) {
            return 0;
        }

        @Override
        public int batchSize(FunctionRef function) {
            return 1;
        }

        @Override
        public Duration maxAge(FunctionRef function) {
            return MAX_AGE;
        }

        @Override
        public void expire(FunctionRef function, List<Delivery> tooOld) {
            expired.addAll(tooOld);
        }

        @Override
        public void ended(Delivery delivery, @Nullable Outcome outcome) {
            throw new AssertionError("nothing had ended before");
        }

        @Override
        public void start(FunctionRef function, List<Delivery> batch) {
            throw new AssertionError("nobody has a permit");
        }
    }
}
