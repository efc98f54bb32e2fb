package dev.millrace.worker.consume;

import dev.millrace.contract.FunctionRef;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is: deficit round robin over the functions that have something waiting, and the lanes of one function in
 * turn. A function hands over as many deliveries as make a batch times its weight, then the next one has its turn: what
 * takes long goes one by one, so that nobody waits for a slot behind dozens of it. One without a permit is passed over and
 * blocks nobody. A lane whose next delivery a dead worker may have been running has its function's turn until there is no
 * such one any more.
 *
 * <p>No function fills the worker either: it may have in flight what {@value #SHARE} times the free room allows, so that
 * a function whose runs have become slow leaves a fifth of the worker to the others. Pure; owned by the consumer thread.
 */
final class FairOrder {

    /** A function in flight may grow to this many times what is still free: four fifths of an otherwise idle worker. */
    private static final int SHARE = 4;

    private final int maxInFlight;
    private final ToIntFunction<FunctionRef> weight;
    private final Map<FunctionRef, Share> shares = new HashMap<>();
    private final ArrayDeque<Share> round = new ArrayDeque<>();
    private int inFlight;

    /** @param weight how many batches a turn of a function has; at least 1 */
    FairOrder(int maxInFlight, ToIntFunction<FunctionRef> weight) {
        this.maxInFlight = maxInFlight;
        this.weight = weight;
    }

    /** The lane has something to take. Said again, it is heard once. */
    void enrol(Lane lane) {
        Share share = shares.computeIfAbsent(lane.function(), Share::new);
        if (lane.resumes()) {
            share.lanes.remove(lane);
            share.lanes.addFirst(lane);
        } else if (!share.lanes.contains(lane)) {
            share.lanes.addLast(lane);
        }
        if (!share.inRound) {
            share.inRound = true;
            round.addLast(share);
        }
    }

    /** The lane is gone; what it has in flight stays in flight. */
    void withdraw(Lane lane) {
        Share share = shares.get(lane.function());
        if (share != null) {
            share.lanes.remove(lane);
        }
    }

    /**
     * The next turn, counted as in flight; {@code null} when nobody who waits can go now.
     *
     * @param execution asked for permits and batch sizes
     */
    @Nullable
    Turn next(Execution execution) {
        int passedOver = 0;
        while (passedOver < round.size() && inFlight < maxInFlight) {
            Share share = round.getFirst();
            Lane lane = share.nextLane();
            if (lane == null) {
                round.removeFirst();
                share.leaveRound();
                forgetIfIdle(share);
            } else if (!mayGrow(share) || execution.permitsFree(share.function) <= 0) {
                share.deficit = 0;
                round.addLast(round.removeFirst());
                passedOver++;
            } else {
                return turn(share, lane, execution.batchSize(share.function));
            }
        }
        for (Share share : round) {
            execution.waits(share.function, share.ready());
        }
        return null;
    }

    private Turn turn(Share share, Lane lane, int batchSize) {
        int size = Math.clamp(batchSize, 1, Execution.MAX_BATCH);
        if (share.deficit == 0) {
            share.deficit = size * Math.max(1, weight.applyAsInt(share.function));
        }
        size = Math.min(Math.min(size, lane.ready()), Math.min(share.deficit, maxInFlight - inFlight));
        share.deficit -= size;
        share.inFlight += size;
        inFlight += size;
        if (!lane.resumes()) {
            share.lanes.addLast(share.lanes.removeFirst());
        }
        if (share.deficit == 0) {
            round.addLast(round.removeFirst());
        }
        return new Turn(share.function, lane, size);
    }

    private boolean mayGrow(Share share) {
        return share.inFlight < (long) SHARE * (maxInFlight - inFlight);
    }

    /** So many deliveries of the function were handed over out of turn: they take no permit, but the worker carries them. */
    void started(FunctionRef function, int count) {
        if (count > 0) {
            inFlight += count;
            shares.computeIfAbsent(function, Share::new).inFlight += count;
        }
    }

    /** So many deliveries of the function are done. */
    void finished(FunctionRef function, int count) {
        inFlight -= count;
        Share share = shares.get(function);
        if (share == null || share.inFlight < count || inFlight < 0) {
            throw new IllegalStateException(function + " finished more than it had in flight");
        }
        share.inFlight -= count;
        forgetIfIdle(share);
    }

    private void forgetIfIdle(Share share) {
        if (!share.inRound && share.inFlight == 0) {
            shares.remove(share.function);
        }
    }

    /** Over all functions. */
    int inFlight() {
        return inFlight;
    }

    /** Whether the worker carries as much as it can. */
    boolean isFull() {
        return inFlight >= maxInFlight;
    }

    /** Whether anybody is waiting; right after {@link #next} returned {@code null}, for a permit or for room. */
    boolean someoneWaits() {
        return !round.isEmpty();
    }

    /** The right to take so many deliveries from a lane. */
    record Turn(FunctionRef function, Lane lane, int size) {}

    /** One function in the round. */
    private static final class Share {

        private final FunctionRef function;
        private final ArrayDeque<Lane> lanes = new ArrayDeque<>();
        private int deficit;
        private int inFlight;
        private boolean inRound;

        private Share(FunctionRef function) {
            this.function = function;
        }

        /** The lane whose turn it is; those with nothing to take leave the queue. */
        private @Nullable Lane nextLane() {
            Lane lane = lanes.peekFirst();
            while (lane != null && lane.ready() == 0) {
                lanes.removeFirst();
                lane = lanes.peekFirst();
            }
            return lane;
        }

        private int ready() {
            int ready = 0;
            for (Lane lane : lanes) {
                ready += lane.ready();
            }
            return ready;
        }

        private void leaveRound() {
            inRound = false;
            deficit = 0;
        }
    }
}
