package dev.millrace.worker.consume;

import dev.millrace.contract.TriggerDefinition;

/**
 * One lane at one moment, for gauges.
 *
 * @param lane the assignment
 * @param trigger whose events it holds
 * @param buffered deliveries waiting here for their turn
 * @param inFlight deliveries handed over whose outcome is not stored yet
 * @param parked deliveries that another worker still runs
 * @param completed how many offsets of the partition are done: everything below the frontier and what is done above it
 * @param frontier the first offset that is not done; what a commit would say now
 * @param oldestAcceptedAt epoch milliseconds at which the oldest waiting event was accepted; 0 when none waits
 * @param paused whether fetching is paused because enough is buffered
 * @param waiting why what is buffered is not running
 */
public record LaneSnapshot(
        LaneId lane,
        TriggerDefinition trigger,
        int buffered,
        int inFlight,
        int parked,
        long completed,
        long frontier,
        long oldestAcceptedAt,
        boolean paused,
        Waiting waiting) {

    /** Why the buffered deliveries of a lane are not running. */
    public enum Waiting {
        /** Nothing is buffered, or it is about to be taken. */
        NOTHING,
        /** Its trigger is paused. */
        PAUSE,
        /** The function has no permit. */
        PERMIT,
        /** As much as the worker can carry is in flight. */
        WORKER,
        /** It is not known yet what the partition's last owner still runs. */
        CLAIMS
    }
}
