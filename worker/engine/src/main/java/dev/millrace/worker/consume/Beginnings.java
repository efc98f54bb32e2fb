package dev.millrace.worker.consume;

import dev.millrace.contract.CommitNote;

/**
 * How far this owner of a partition and those before it have begun: what a commit says of it, and which events a dead owner
 * may have died of. Belongs to a {@link Lane}.
 */
final class Beginnings {

    /** More than this a dead owner cannot have been running: what waits behind them never began. */
    private static final int MOST_SUSPECTS = ConsumeLimits.MOST_IN_FLIGHT;

    /** How many more an owner may begin between a commit and the next, beside twice what it began before it. */
    private static final int BEGUN_UNSAID = 8;

    /** From here on earlier owners have hardly begun anything. */
    private long before = Long.MAX_VALUE;

    /** Behind the last one that was handed over, now and when it was last said. */
    private long handedOver;

    private long handedOverAsSaid;

    /** How many were met that a dead owner may have been running. */
    private int suspects;

    /** @param committed where the lane begins */
    Beginnings(long committed) {
        this.handedOver = committed;
        this.handedOverAsSaid = committed;
    }

    /** From this offset on earlier owners have hardly begun anything; {@link CommitNote#UNKNOWN} when they may have. */
    void before(long offset) {
        before = offset == CommitNote.UNKNOWN ? Long.MAX_VALUE : offset;
    }

    /** This owner begins it. */
    void handOver(long offset) {
        handedOver = Math.max(handedOver, offset + 1);
    }

    /**
     * From which offset on hardly anything has been begun here or before, and will have been a moment after the commit that
     * says so. An estimate: who begins far more at once than ever before is not believed to have died of the last of it.
     *
     * @param until what lies from here on came after the last owner was gone; as large as can be when that is not known
     * @param last whether nothing is begun here after this commit, so that it need not be estimated
     */
    long say(long until, boolean last) {
        long inherited = Math.min(before, until);
        long own = last ? handedOver : handedOver + BEGUN_UNSAID + 2 * (handedOver - handedOverAsSaid);
        handedOverAsSaid = handedOver;
        return inherited == Long.MAX_VALUE ? CommitNote.UNKNOWN : Math.max(inherited, own);
    }

    /** Whether a dead owner may have been running the event of this offset, which is met now; at most so many are. */
    boolean suspects(long offset, long until) {
        boolean suspect = offset < Math.min(until, before) && suspects < MOST_SUSPECTS;
        if (suspect) {
            suspects++;
        }
        return suspect;
    }
}
