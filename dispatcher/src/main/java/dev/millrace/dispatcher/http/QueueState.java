package dev.millrace.dispatcher.http;

import org.jspecify.annotations.Nullable;

/**
 * How the queue of one trigger stands. Counted, not exact to the event: workers report once a second.
 *
 * @param depth events that are accepted and not completed, those running included
 * @param running events that run now
 * @param oldestAcceptedAt epoch milliseconds of the oldest one, 0 when none is known
 * @param waitingFor why the next one does not start; {@code null} when nothing holds it up
 * @param paused whether the trigger is paused, or the function's concurrency is 0
 */
record QueueState(
        long depth,
        int running,
        long oldestAcceptedAt,
        @Nullable String waitingFor,
        boolean paused) {

    static final String WORKER = "worker";
    static final String PAUSED = "paused";

    /** How many could start now if there were workers enough: not held by the function's own limit. */
    long runnable(int concurrency) {
        long waiting = Math.max(0, depth - running);
        return Math.min(waiting, Math.max(0, concurrency - running));
    }
}
