package dev.millrace.worker.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.DelayClass;
import dev.millrace.contract.OffsetMap;
import dev.millrace.worker.consume.LaneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DelayLaneTest {

    private static final LaneId ID = new LaneId("delay.1m", 2, 7);
    private static final int ALL = 4096;

    @Test
    void whatIsDoneInTheOrderItIsDueIsCommittedInTheOrderItCame() {
        DelayLane lane = lane(OffsetMap.nothingAbove(10));
        lane.taken(10, 100);
        lane.taken(11, 100);
        lane.taken(12, 100);
        assertThat(lane.frontier()).isEqualTo(10);

        lane.done(12, 7);
        lane.done(11, 7);
        assertThat(lane.frontier()).isEqualTo(10);
        assertThat(lane.offsetMap(ALL).isDone(11)).isTrue();
        assertThat(lane.bytes()).isEqualTo(100);

        lane.done(10, 7);
        assertThat(lane.frontier()).isEqualTo(13);
        assertThat(lane.bytes()).isZero();
    }

    @Test
    void aLateOrRepeatedWordChangesNothing() {
        DelayLane lane = lane(OffsetMap.nothingAbove(0));
        lane.taken(0, 100);
        lane.done(0, 6);
        lane.done(5, 7);
        assertThat(lane.frontier()).isZero();
        assertThat(lane.hasNews()).isFalse();
        lane.done(0, 7);
        lane.done(0, 7);
        assertThat(lane.frontier()).isEqualTo(1);
        assertThat(lane.bytes()).isZero();
    }

    @Test
    void whatTheLastOwnerHasDoneIsNotDoneAgain() {
        DelayLane before = lane(OffsetMap.nothingAbove(0));
        before.taken(0, 1);
        before.taken(1, 1);
        before.taken(2, 1);
        before.done(1, 7);
        OffsetMap map = before.offsetMap(ALL);
        DelayLane after =
                lane(OffsetMap.decode(map.committed(), map.encode(ALL)).orElseThrow());
        assertThat(after.next()).isZero();
        assertThat(after.isDone(0)).isFalse();
        assertThat(after.isDone(1)).isTrue();
    }

    @Test
    void theSameOffsetIsTakenOnce() {
        DelayLane lane = lane(OffsetMap.nothingAbove(0));
        lane.taken(3, 1);
        assertThatThrownBy(() -> lane.taken(3, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thereIsNewsUntilTheBrokerHasIt() {
        DelayLane lane = lane(OffsetMap.nothingAbove(0));
        lane.passed(0);
        long said = lane.news();
        lane.passed(1);
        lane.committed(said);
        assertThat(lane.hasNews()).isTrue();
        lane.committed(lane.news());
        assertThat(lane.hasNews()).isFalse();
    }

    /** Beside a naive model: hand-overs at any step, by nothing but what a commit carries. */
    @Property(tries = 300)
    void nothingIsLostAndOnlyWhatACommitDidNotSayIsRepeated(@ForAll long seed) {
        Random random = new Random(seed);
        int count = 200;
        Set<Long> done = new HashSet<>();
        Set<Long> known = new HashSet<>();
        Set<Long> committed = new HashSet<>();
        OffsetMap commit = OffsetMap.nothingAbove(0);
        DelayLane lane = lane(commit);
        List<Long> open = new ArrayList<>();
        long next = 0;
        int steps = 0;
        while (done.size() < count || !open.isEmpty() || next < count) {
            int what = steps++ < 2_000 ? random.nextInt(20) : random.nextInt(18);
            if (what < 9 && next < count) {
                if (lane.isDone(next)) {
                    assertThat(done).contains(next);
                    lane.passed(next);
                } else {
                    assertThat(committed).doesNotContain(next);
                    lane.taken(next, 1);
                    open.add(next);
                }
                next++;
            } else if (what < 18 && !open.isEmpty()) {
                long offset = open.remove(random.nextInt(open.size()));
                lane.done(offset, 7);
                done.add(offset);
                known.add(offset);
            } else if (what == 18) {
                OffsetMap map = lane.offsetMap(ALL);
                commit = OffsetMap.decode(map.committed(), map.encode(ALL)).orElseThrow();
                committed = new HashSet<>(known);
            } else if (what == 19) {
                lane = lane(commit);
                known = new HashSet<>(committed);
                open.clear();
                next = commit.committed();
            }
            for (long offset = 0; offset < lane.frontier(); offset++) {
                assertThat(done.contains(offset)).as("offset %d", offset).isTrue();
            }
        }
        assertThat(lane.frontier()).isEqualTo(count);
    }

    private static DelayLane lane(OffsetMap known) {
        return new DelayLane(ID, DelayClass.MINUTE, known);
    }
}
