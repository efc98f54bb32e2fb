package dev.millrace.worker.consume;

import java.util.function.LongSupplier;

/** What the consumer thread says of a worker's lanes, said by a test. */
public final class Membership {

    private final Continuity continuity;
    private final LostLanes lost = new LostLanes();

    public Membership(LongSupplier nanoTime) {
        this.continuity = new Continuity(nanoTime);
    }

    public Continuity continuity() {
        return continuity;
    }

    public LostLanes lost() {
        return lost;
    }

    /** The broker has taken a commit. */
    public void prove() {
        continuity.proven(continuity.breaks());
    }

    public void lose(LaneId lane) {
        lost.add(lane);
    }
}
