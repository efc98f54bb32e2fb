package dev.millrace.dispatcher.http;

import org.jspecify.annotations.Nullable;

/**
 * How the queue of one trigger stands. What runs is reported by workers, twice a second.
 *
 * @param queued events in the trigger's topic that are not done, those running included
 * @param resting events that are accepted and rest until they are due
 * @param done how many events of the topic were ever done; what it grows by is what was completed
 * @param running events that run now
 * @param oldestAcceptedAt epoch milliseconds of the oldest one, 0 when none is known
 * @param waitingFor why the next one does not start; {@code null} when nothing holds it up, or nobody can tell now
 * @param paused whether the trigger is paused, or the function's concurrency is 0
 */
record QueueState(
        long queued,
        long resting,
        long done,
        int running,
        long oldestAcceptedAt,
        @Nullable String waitingFor,
        boolean paused) {

    static final String WORKER = "worker";
    static final String PAUSED = "paused";
    static final String RETRY_DELAY = "retry-delay";

    /** Events that are accepted and not completed. */
    long depth() {
        return queued + resting;
    }

    /** Those that could start now as far as the queue is concerned. */
    long startable() {
        return paused ? 0 : Math.max(0, queued - running);
    }
}
