package dev.millrace.worker.consume;

import static dev.millrace.worker.consume.Samples.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.OffsetMap;
import dev.millrace.contract.Outcome;
import dev.millrace.worker.consume.FairOrder.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FairOrderTest {

    private final Permits permits = new Permits();
    private final FairOrder order = new FairOrder(1_000, function -> 1);

    @Test
    void aDeepFunctionDoesNotStarveItsNeighbours() {
        Lane deep = waiting("deep", 100_000);
        Lane light = waiting("light", 100);

        List<FunctionRef> first = takeAll(4 * 64);

        assertThat(first).filteredOn(light.function()::equals).hasSize(100);
        assertThat(first).filteredOn(deep.function()::equals).hasSize(156);
    }

    @Test
    void aFunctionWithoutAPermitBlocksNobody() {
        waiting("blocked", 10);
        Lane free = waiting("free", 10);
        permits.of.put(FunctionRef.of("blocked"), 0);

        assertThat(takeAll(100)).hasSize(10).containsOnly(free.function());
        assertThat(order.someoneWaits()).isTrue();

        permits.of.put(FunctionRef.of("blocked"), 1);
        assertThat(takeAll(100)).hasSize(10);
        assertThat(order.someoneWaits()).isFalse();
    }

    @Test
    void theLanesOfAFunctionGoInTurn() {
        Lane one = waiting("fn", 3);
        Lane two = new Lane(new LaneId("t.fn", 1, 2), one.trigger(), OffsetMap.nothingAbove(0));
        two.claims(Map.of());
        receive(two, 0, 2);
        order.enrol(two);

        List<Lane> turns = new ArrayList<>();
        for (Turn turn = order.next(permits); turn != null; turn = order.next(permits)) {
            turn.lane().take(turn.size(), 0);
            turns.add(turn.lane());
        }

        assertThat(turns).containsExactly(one, two, one, two, one, two);
    }

    @Test
    void whatTakesLongGoesOneByOne() {
        Lane slow = waiting("slow", 100);
        Lane other = waiting("other", 100);

        assertThat(takeAll(6))
                .containsExactly(
                        slow.function(),
                        other.function(),
                        slow.function(),
                        other.function(),
                        slow.function(),
                        other.function());
    }

    /** Its owner died with two of them begun; its neighbour has waited for longer. */
    @Test
    void whatTheDeadMayHaveBeenRunningGoesBeforeWhatWaitsInOtherLanes() {
        Lane deep = waiting("fn", 100);
        Lane heir = new Lane(new LaneId("t.fn", 1, 2), deep.trigger(), OffsetMap.nothingAbove(0));
        heir.inherits(new Legacy(2, 0, 0, new Findings()));
        heir.begunBefore(2);
        heir.claims(Map.of());
        receive(heir, 0, 3);
        order.enrol(heir);

        List<Lane> turns = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Turn turn = order.next(permits);
            assertThat(turn).isNotNull();
            turn.lane().take(turn.size(), 0);
            turns.add(turn.lane());
        }

        assertThat(turns).startsWith(heir, heir);
        assertThat(turns.subList(2, 6)).containsExactlyInAnyOrder(heir, heir, deep, deep);
    }

    @Test
    void aWeightIsSoManyBatchesATurn() {
        FairOrder weighted = new FairOrder(10_000, function -> function.name().equals("heavy") ? 3 : 1);
        Lane heavy = waiting("heavy", 1_000);
        Lane light = waiting("light", 1_000);
        weighted.enrol(heavy);
        weighted.enrol(light);

        List<FunctionRef> taken = take(weighted, 512);

        assertThat(taken).filteredOn(heavy.function()::equals).hasSize(384);
        assertThat(taken).filteredOn(light.function()::equals).hasSize(128);
    }

    @Test
    void batchesAreAsLargeAsTheExecutionLikes() {
        waiting("fn", 100);
        permits.batch = 64;

        Turn first = order.next(permits);

        assertThat(first).isNotNull();
        assertThat(first.size()).isEqualTo(64);
    }

    @Test
    void noMoreThanTheWorkerCarriesIsInFlight() {
        FairOrder small = new FairOrder(10, function -> 1);
        for (String function : List.of("aa", "bb", "cc")) {
            small.enrol(waiting(function, 100));
        }

        assertThat(take(small, 1_000)).hasSize(10);
        assertThat(small.isFull()).isTrue();

        small.finished(FunctionRef.of("aa"), 1);
        assertThat(take(small, 1_000)).hasSize(1);
    }

    @Test
    void aFunctionAloneLeavesAFifthOfTheWorkerFree() {
        waiting("slow", 5_000);

        assertThat(takeAll(5_000)).hasSize(800);

        Lane light = waiting("light", 50);
        assertThat(takeAll(5_000)).hasSize(50).containsOnly(light.function());
    }

    @Test
    void aLaneThatLeftIsNotTakenFrom() {
        Lane lane = waiting("fn", 10);

        order.withdraw(lane);

        assertThat(order.next(permits)).isNull();
        assertThat(order.someoneWaits()).isFalse();
    }

    @Test
    void finishingWhatWasNotInFlightIsABug() {
        assertThatThrownBy(() -> order.finished(FunctionRef.of("fn"), 1)).isInstanceOf(IllegalStateException.class);
    }

    private Lane waiting(String function, int events) {
        Lane lane = Samples.lane(function, OffsetMap.nothingAbove(0));
        receive(lane, 0, events - 1);
        order.enrol(lane);
        return lane;
    }

    private List<FunctionRef> takeAll(int max) {
        return take(order, max);
    }

    private List<FunctionRef> take(FairOrder from, int max) {
        List<FunctionRef> taken = new ArrayList<>();
        while (taken.size() < max) {
            Turn turn = from.next(permits);
            if (turn == null) {
                break;
            }
            turn.lane().take(turn.size(), 0).forEach(delivery -> taken.add(delivery.function()));
        }
        return taken;
    }

    /** Permits without end unless a number is given. */
    private static final class Permits implements Execution {

        private final Map<FunctionRef, Integer> of = new HashMap<>();
        private int batch = 1;

        @Override
        public void ended(Delivery delivery, @Nullable Outcome outcome) {
            throw new AssertionError("nothing had ended before");
        }

        @Override
        public int permitsFree(FunctionRef function) {
            return of.getOrDefault(function, Integer.MAX_VALUE);
        }

        @Override
        public int batchSize(FunctionRef function) {
            return batch;
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
        public void start(FunctionRef function, List<Delivery> deliveries) {
            throw new AssertionError("the order asks, it does not start");
        }
    }
}
