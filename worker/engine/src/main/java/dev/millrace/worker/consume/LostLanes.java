package dev.millrace.worker.consume;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Assignments that this worker lost to others: what it still has of them is neither run nor told. An assignment never comes
 * back, so this only grows, by as many as were ever lost. Thread-safe.
 */
public final class LostLanes {

    private final Set<LaneId> lanes = ConcurrentHashMap.newKeySet();

    void add(LaneId lane) {
        lanes.add(lane);
    }

    /** Whether this one is lost. */
    public boolean contains(LaneId lane) {
        return !lanes.isEmpty() && lanes.contains(lane);
    }
}
