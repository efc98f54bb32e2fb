package dev.millrace.kafka.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How several processes keep one limit without asking each other. */
class ShareTest {

    @ParameterizedTest
    @CsvSource({"1,1", "1,10", "2,1", "2,2", "2,7", "3,2", "3,10", "3,100", "4,1000", "5,300"})
    void howeverOldTheirReadingsAreTheLimitIsNeverExceeded(int processes, int limit) {
        for (int seed = 0; seed < 200; seed++) {
            Model model = new Model(processes, limit, new Random(seed));
            for (int step = 0; step < 2_000; step++) {
                model.step();
                assertThat(model.stored + model.underWay())
                        .as("seed %s, step %s", seed, step)
                        .isLessThanOrEqualTo(limit);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "1,100000,100000", "2,10,9", "3,10,8", "3,100,96", "3,100000,93000", "20,100000,93000", "4,2,1"
    })
    void aQueueThatNobodyDrainsIsNearlyFilled(int processes, int limit, long atLeast) {
        Model model = new Model(processes, limit, new Random(7));
        for (int round = 0; round < 200; round++) {
            for (Member process : model.members) {
                process.begin(model.stored);
                process.end(limit);
                while (process.share.tryTake(process.standing, limit)) {
                    process.underWay++;
                }
                model.stored += process.underWay;
                process.settleAll();
            }
        }
        assertThat(model.stored).isBetween(atLeast, (long) limit);
    }

    @Test
    void oneThatIsAloneMayFillTheQueueAtOnce() {
        Share share = new Share();
        Standing alone = new Standing(1, 0);
        share.granted(share.settled(), 3, 10, alone, 0);
        int in = 0;
        while (share.tryTake(alone, 10)) {
            in++;
        }
        assertThat(in).isEqualTo(7);
    }

    @Test
    void whatWasGrantedDoesNotHoldForMoreProcessesNorForAnotherLimit() {
        Share share = new Share();
        assertThat(share.tryTake(new Standing(2, 0), 100)).isFalse();
        share.granted(0, 0, 100, new Standing(2, 0), 0);
        assertThat(share.tryTake(new Standing(3, 0), 100)).isFalse();
        assertThat(share.tryTake(new Standing(2, 0), 50)).isFalse();
        assertThat(share.tryTake(new Standing(1, 0), 100)).isTrue();
    }

    @Test
    void whatIsOnItsWayCountsUntilItsFateIsKnown() {
        Share share = new Share();
        Standing alone = new Standing(1, 0);
        share.granted(share.settled(), 0, 1, alone, 0);
        assertThat(share.tryTake(alone, 1)).isTrue();
        share.granted(share.settled(), 0, 1, alone, 0);
        assertThat(share.tryTake(alone, 1)).isFalse();
        share.settle();
        share.granted(share.settled(), 0, 1, alone, 0);
        assertThat(share.tryTake(alone, 1)).isTrue();
    }

    /** Processes, the queue they share, and a broker: everything happens in any order. */
    private static final class Model {

        private final List<Member> members = new ArrayList<>();
        private final int limit;
        private final Random random;
        private long stored;

        private Model(int processes, int limit, Random random) {
            this.limit = limit;
            this.random = random;
            for (int rank = 0; rank < processes; rank++) {
                members.add(new Member(new Standing(processes, rank)));
            }
        }

        private long underWay() {
            return members.stream().mapToLong(process -> process.underWay).sum();
        }

        private void step() {
            Member process = members.get(random.nextInt(members.size()));
            switch (random.nextInt(6)) {
                case 0 -> process.begin(stored);
                case 1 -> process.end(limit);
                case 2, 3 -> {
                    for (int wish = random.nextInt(1 + limit / 4) + 1; wish > 0; wish--) {
                        if (process.share.tryTake(process.standing, limit)) {
                            process.underWay++;
                        }
                    }
                }
                case 4 -> {
                    long arrive = process.underWay == 0 ? 0 : random.nextLong(process.underWay + 1);
                    stored += arrive;
                    process.underWay -= arrive;
                    process.unsettled += arrive;
                    process.settleSome(random);
                }
                default -> stored -= stored == 0 ? 0 : random.nextLong(Math.min(stored, 3) + 1);
            }
        }
    }

    private static final class Member {

        private final Share share = new Share();
        private final Standing standing;
        /** Let in and not in the topic. */
        private long underWay;
        /** In the topic, which the process has not heard. */
        private long unsettled;

        private long settledBefore = -1;
        private long depth;

        private Member(Standing standing) {
            this.standing = standing;
        }

        private void begin(long stored) {
            settledBefore = share.settled();
            depth = stored;
        }

        private void end(int limit) {
            if (settledBefore >= 0) {
                share.granted(settledBefore, depth, limit, standing, 0);
                settledBefore = -1;
            }
        }

        private void settleSome(Random random) {
            for (long heard = random.nextLong(unsettled + 1); heard > 0; heard--) {
                share.settle();
                unsettled--;
            }
        }

        private void settleAll() {
            unsettled += underWay;
            underWay = 0;
            for (; unsettled > 0; unsettled--) {
                share.settle();
            }
        }
    }
}
