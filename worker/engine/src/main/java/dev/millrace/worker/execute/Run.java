package dev.millrace.worker.execute;

import dev.millrace.contract.ColdStart;
import dev.millrace.worker.fate.AttemptEnd;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt left behind.
 *
 * @param end how it ended
 * @param durationNanos what the function took, without the start of an instance
 * @param coldStart what starting an instance took, {@code null} when none was started
 * @param memoryBytes resident memory of the instance afterwards, 0 when there is none or it is not known
 * @param log what the function wrote
 */
@SuppressWarnings("ArrayRecordComponent") // Passed through by reference on the hot path.
record Run(AttemptEnd end, long durationNanos, @Nullable ColdStart coldStart, long memoryBytes, byte[] log) {

    private static final byte[] NO_LOG = new byte[0];

    /** A run in this process. */
    static Run of(AttemptEnd end, long durationNanos, byte[] log) {
        return new Run(end, durationNanos, null, 0, log);
    }

    /** User code was not entered. */
    static Run none(AttemptEnd why) {
        return new Run(why, 0, null, 0, NO_LOG);
    }

    /** The same, which ended because somebody wanted it to. */
    Run cancelled() {
        return new Run(new AttemptEnd.Cancelled(true), durationNanos, coldStart, memoryBytes, log);
    }
}
