package dev.millrace.worker.consume;

import dev.millrace.contract.CommitNote;

/**
 * What earlier owners of a partition left behind.
 *
 * @param until offsets below it may have been run by somebody whose end nobody saw; 0 when there are none
 * @param position where in the lane's partition of the outcome log somebody who knows the commit has to begin to read
 * @param readUntil everything before it in that partition has been taken in
 * @param findings what was found there
 */
public record Legacy(long until, long position, long readUntil, Findings findings) {

    /** A position that nobody knows. */
    public static final long UNKNOWN = CommitNote.UNKNOWN;

    /** Of a partition that nobody ran anything of, or whose last owner left in order. */
    public static Legacy none(long position) {
        return new Legacy(0, position, position, new Findings());
    }
}
