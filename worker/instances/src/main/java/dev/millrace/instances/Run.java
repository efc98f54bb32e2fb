package dev.millrace.instances;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One event executed once: how it ended and what it took.
 *
 * @param end how it ended
 * @param duration from the hand-over of the event to the answer; zero when the handler was never called
 * @param memoryBytes resident memory of the instance's main process at the end; 0 when it was never heard of
 * @param log what the function wrote to stdout and stderr, bounded; after a cold start it begins with what was written
 *     while the code was loaded. Bytes as written, usually UTF-8. Owned by the receiver.
 * @param coldStart what starting the instance took, or null when a kept one was reused
 */
@SuppressWarnings("ArrayRecordComponent") // up to 1 MB that nobody compares
public record Run(
        RunEnd end,
        Duration duration,
        long memoryBytes,
        byte[] log,
        @Nullable ColdStart coldStart) {

    /** Ended like this before there was an instance for it. */
    static Run without(RunEnd end) {
        return new Run(end, Duration.ZERO, 0, new byte[0], null);
    }
}
