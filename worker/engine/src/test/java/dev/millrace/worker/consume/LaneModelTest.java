package dev.millrace.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.OffsetMap;
import dev.millrace.worker.consume.ClaimBook.Claim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * A lane and its successors on a random walk, beside a model that remembers everything in plain sets: which offsets
 * exist, how often each was run, whose outcome is stored, what was committed. Assignments end in order or by a crash at
 * any step, and runs of earlier assignments end whenever they like.
 */
class LaneModelTest {

    private static final int STEPS = 2_000;

    @Property(tries = 40)
    void nothingIsLostAndNothingWithinReachIsRunAgain(@ForAll long seed) {
        Partition walk = new Partition(new Random(seed), true);
        for (int step = 0; step < STEPS; step++) {
            walk.step();
        }
        walk.finish();

        assertThat(walk.stored).as("every event has its outcome").isEqualTo(walk.log);
        assertThat(walk.lane.frontier()).isEqualTo(walk.end);
        assertThat(walk.lane.completed()).isEqualTo(walk.end);
        assertThat(walk.lane.bytes()).isZero();
    }

    @Property(tries = 40)
    void withoutACrashEverythingRunsOnce(@ForAll long seed) {
        Partition walk = new Partition(new Random(seed), false);
        for (int step = 0; step < STEPS; step++) {
            walk.step();
        }
        walk.finish();

        assertThat(walk.runs.values()).as("times each event was run").allMatch(times -> times == 1);
        assertThat(walk.runs.keySet()).isEqualTo(walk.log);
    }

    /** The broker's partition, its commit, the claim book, and the lane that owns it at the moment. */
    private static final class Partition {

        private final Random random;
        private final boolean crashes;
        private final int mapLength;
        private final TreeSet<Long> log = new TreeSet<>();
        private final Set<Long> stored = new HashSet<>();
        private final Map<Long, Integer> runs = new TreeMap<>();
        private final List<Delivery> abroad = new ArrayList<>();
        private final Map<Long, Claim> book = new HashMap<>();
        private final List<Delivery> running = new ArrayList<>();
        private Set<Long> doneWithinReach = Set.of();
        private long end;
        private long epoch;
        private long committed;
        private String metadata = "";
        private long position;
        private Lane lane;

        Partition(Random random, boolean crashes) {
            this.random = random;
            this.crashes = crashes;
            // Without a crash the map must hold everything; with one, a short reach is part of the game.
            this.mapLength = crashes ? random.nextInt(80) : 100_000;
            this.lane = assign();
        }

        void step() {
            switch (Integer.valueOf(random.nextInt(crashes ? 101 : 100))) {
                case Integer i when i < 15 -> append();
                case Integer i when i < 35 -> poll();
                case Integer i when i < 55 -> take();
                case Integer i when i < 85 -> finishOne(running);
                case Integer i when i < 88 -> finishOne(abroad);
                case Integer i when i < 95 -> commit();
                case Integer i when i < 98 -> lane.claims(book);
                case Integer i when i < 100 -> handOver();
                default -> crash();
            }
        }

        void finish() {
            while (!abroad.isEmpty()) {
                finishOne(abroad);
            }
            while (lane.frontier() < end) {
                lane.claims(book);
                poll();
                take();
                finishOne(running);
                commit();
            }
        }

        private void append() {
            end += random.nextInt(10) == 0 ? random.nextInt(20) : 0;
            for (int i = random.nextInt(12); i > 0; i--) {
                log.add(end++);
            }
        }

        private void poll() {
            for (int i = random.nextInt(20); i > 0; i--) {
                Long offset = log.ceiling(position);
                if (offset == null) {
                    position = end;
                    lane.reached(end);
                    return;
                }
                position = offset + 1;
                lane.received(Samples.delivery(lane, offset));
            }
        }

        private void take() {
            for (Delivery taken : lane.take(random.nextInt(12), 0)) {
                assertThat(doneWithinReach.contains(taken.offset()))
                        .as("%s was done before the lane was assigned, within the map's reach", taken.offset())
                        .isFalse();
                runs.merge(taken.offset(), 1, Integer::sum);
                running.add(taken);
            }
        }

        private void finishOne(List<Delivery> where) {
            if (where.isEmpty()) {
                return;
            }
            Delivery delivery = where.remove(random.nextInt(where.size()));
            stored.add(delivery.offset());
            boolean ours = delivery.lane().equals(lane.id());
            assertThat(lane.done(delivery.offset(), delivery.lane().epoch())).isEqualTo(ours);
            if (!ours && book.containsKey(delivery.offset())) {
                book.put(delivery.offset(), Claim.DONE);
            }
        }

        private void commit() {
            OffsetMap map = lane.offsetMap(mapLength);
            assertThat(map.committed()).isGreaterThanOrEqualTo(committed);
            assertThat(stored.containsAll(log.subSet(committed, map.committed())))
                    .as("committed means stored")
                    .isTrue();
            assertThat(log.tailSet(map.committed()).stream().filter(map::isDone))
                    .as("what the map says is done is stored")
                    .allMatch(stored::contains);
            committed = map.committed();
            metadata = map.encode(mapLength);
            lane.spentClaims(committed).forEach(book::remove);
        }

        private void handOver() {
            commit();
            lane.runningDeliveries().forEach(run -> book.put(run.offset(), Claim.RUNNING));
            abroad.addAll(running);
            leave();
        }

        /** The worker is gone, its runs with it: some of their outcomes were stored before, and nobody said so. */
        private void crash() {
            running.stream().filter(run -> random.nextBoolean()).forEach(run -> stored.add(run.offset()));
            running.forEach(run -> book.computeIfPresent(run.offset(), (offset, claim) -> Claim.ORPHANED));
            abroad.forEach(run -> book.put(run.offset(), random.nextBoolean() ? Claim.ORPHANED : Claim.RUNNING));
            leave();
        }

        private void leave() {
            running.clear();
            lane = assign();
            position = committed;
            OffsetMap map = OffsetMap.decode(committed, metadata).orElse(OffsetMap.nothingAbove(committed));
            doneWithinReach = new HashSet<>(stored);
            doneWithinReach.removeIf(offset -> !map.isDone(offset) && offset >= committed);
            if (random.nextBoolean()) {
                lane.claims(book);
            }
        }

        private Lane assign() {
            epoch++;
            return new Lane(
                    Samples.laneId("t", epoch),
                    Samples.trigger(1, "fn"),
                    OffsetMap.decode(committed, metadata).orElse(OffsetMap.nothingAbove(committed)));
        }
    }
}
