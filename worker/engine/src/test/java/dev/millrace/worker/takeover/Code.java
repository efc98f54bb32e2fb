package dev.millrace.worker.takeover;

import dev.millrace.worker.consume.Progress;
import java.util.List;

/**
 * A state of a {@link World}: what the workers have in memory, and everything else.
 *
 * @param workers 10 bits for each record as each worker sees it, and how the worker is
 * @param rest one field beside the other
 */
record Code(long workers, long rest) {

    private static final List<Progress> PROGRESS = List.of(Progress.values());

    /**
     * The smallest of the codes that differ only in which worker and which copy is called which: states that are the same
     * but for that are explored once.
     */
    static Code of(World world) {
        Code least = of(world, 0, 1);
        for (int i = 1; i < 4; i++) {
            if (i < 2 || world.records == World.RECORDS) {
                Code other = of(world, i % 2, i < 2 ? 1 : 2);
                least = other.isLessThan(least) ? other : least;
            }
        }
        return least;
    }

    private boolean isLessThan(Code other) {
        return workers < other.workers || (workers == other.workers && rest < other.rest);
    }

    /** With worker 0 called {@code first}, and record 1 called {@code copy}. */
    private static Code of(World world, int first, int copy) {
        Bits workers = new Bits();
        for (int i = 0; i < World.WORKERS; i++) {
            int w = i ^ first;
            workers.put(2, world.life[w]);
            for (int record = 0; record < World.RECORDS; record++) {
                Seen it = world.seen[w][record(record, copy)];
                workers.put(3, it.progress == null ? 0 : PROGRESS.indexOf(it.progress) + 1);
                workers.put(3, it.stage).put(2, it.crashes).put(it.gated).put(it.inherited);
            }
        }
        Bits rest = new Bits();
        rest.put(3, world.faultsLeft)
                .put(world.faulty)
                .put(world.redisForgot)
                .put(world.leasesLapsed)
                .put(world.handedOver);
        rest.put(2, world.records)
                .put(world.inOrder)
                .put(2, called(world.owner, first))
                .put(3, world.logged);
        rest.put(3, world.loggedSincePosition).put(3, world.loggedSinceRead).put(3, world.read);
        for (int attempt = 0; attempt < 2; attempt++) {
            rest.put(3, called(world.fence[attempt], first)).put(2, world.fenceCrashes[attempt]);
            rest.put(2, world.runs[attempt]).put(3, world.deaths[attempt]).put(world.touched[attempt]);
        }
        for (int record = 0; record < World.RECORDS; record++) {
            int r = record(record, copy);
            rest.put(world.committed[r]).put(3, called(world.claims[r], first));
        }
        return new Code(workers.bits, rest.bits);
    }

    /** Makes a world be in this state. What was put last is taken first. */
    void into(World world) {
        Bits ofWorkers = new Bits();
        ofWorkers.bits = workers;
        for (int w = World.WORKERS - 1; w >= 0; w--) {
            for (int r = World.RECORDS - 1; r >= 0; r--) {
                Seen it = world.seen[w][r];
                it.inherited = ofWorkers.take();
                it.gated = ofWorkers.take();
                it.crashes = ofWorkers.take(2);
                it.stage = ofWorkers.take(3);
                int progress = ofWorkers.take(3);
                it.progress = progress == 0 ? null : PROGRESS.get(progress - 1);
            }
            world.life[w] = ofWorkers.take(2);
        }
        Bits ofRest = new Bits();
        ofRest.bits = rest;
        for (int r = World.RECORDS - 1; r >= 0; r--) {
            world.claims[r] = ofRest.take(3);
            world.committed[r] = ofRest.take();
        }
        for (int attempt = 1; attempt >= 0; attempt--) {
            world.touched[attempt] = ofRest.take();
            world.deaths[attempt] = ofRest.take(3);
            world.runs[attempt] = ofRest.take(2);
            world.fenceCrashes[attempt] = ofRest.take(2);
            world.fence[attempt] = ofRest.take(3);
        }
        world.read = ofRest.take(3);
        world.loggedSinceRead = ofRest.take(3);
        world.loggedSincePosition = ofRest.take(3);
        world.logged = ofRest.take(3);
        world.owner = ofRest.take(2);
        world.inOrder = ofRest.take();
        world.records = ofRest.take(2);
        world.handedOver = ofRest.take();
        world.leasesLapsed = ofRest.take();
        world.redisForgot = ofRest.take();
        world.faulty = ofRest.take();
        world.faultsLeft = ofRest.take(3);
        world.clear();
    }

    private static int record(int record, int copy) {
        return switch (record) {
            case 0 -> 0;
            case 1 -> copy;
            default -> World.RECORDS - copy;
        };
    }

    private static int called(int worker, int first) {
        return worker < World.WORKERS ? worker ^ first : worker;
    }

    /** Numbers side by side. */
    private static final class Bits {
        private long bits;

        Bits put(int width, int value) {
            bits = bits << width | value;
            return this;
        }

        Bits put(boolean value) {
            return put(1, value ? 1 : 0);
        }

        int take(int width) {
            int value = (int) (bits & ((1 << width) - 1));
            bits >>>= width;
            return value;
        }

        boolean take() {
            return take(1) != 0;
        }
    }
}
