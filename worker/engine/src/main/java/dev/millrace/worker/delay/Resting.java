package dev.millrace.worker.delay;

import dev.millrace.contract.EventHeader;
import dev.millrace.worker.consume.LaneId;

/**
 * An event in memory that waits to be delivered. Ordered by when that is.
 *
 * @param lane where it was read
 * @param offset at which offset
 * @param header with its origin
 * @param event its bytes
 * @param due when it is delivered, epoch milliseconds
 * @param passesOn whether it is written to another delay topic instead
 * @param failures how often that was tried in vain
 */
@SuppressWarnings("ArrayRecordComponent") // Events are passed through by reference.
record Resting(LaneId lane, long offset, EventHeader header, byte[] event, long due, boolean passesOn, int failures)
        implements Comparable<Resting> {

    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    /** The same, to be tried again after a pause that grows. */
    Resting again(long now) {
        long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures, 10));
        return new Resting(lane, offset, header, event, now + pause, passesOn, failures + 1);
    }

    @Override
    public int compareTo(Resting other) {
        return Long.compare(due, other.due);
    }
}
