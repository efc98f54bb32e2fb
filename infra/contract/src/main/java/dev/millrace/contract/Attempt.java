package dev.millrace.contract;

import org.jspecify.annotations.Nullable;

/**
 * One try at executing an invocation, as the history keeps it.
 *
 * @param number counted from 1
 * @param startedAt epoch milliseconds
 * @param durationMicros run time of the function, without the cold start
 * @param coldStart what starting the instance took, {@code null} for a warm one
 * @param worker who ran it
 * @param memoryBytes peak memory of the run, 0 when not measured
 * @param error why it failed, {@code null} when it succeeded
 * @param nextTryAt epoch milliseconds of the next attempt, 0 when none follows
 */
public record Attempt(
        int number,
        long startedAt,
        long durationMicros,
        @Nullable ColdStart coldStart,
        String worker,
        long memoryBytes,
        @Nullable AttemptError error,
        long nextTryAt) {

    /** Longest name of a worker, in characters. */
    public static final int MAX_WORKER = 80;

    public Attempt {
        if (worker.length() > MAX_WORKER) {
            throw new IllegalArgumentException("a worker's name has at most " + MAX_WORKER + " characters: " + worker);
        }
        if (number < 1 || startedAt < 0 || durationMicros < 0 || memoryBytes < 0 || nextTryAt < 0) {
            throw new IllegalArgumentException("attempt " + number + " has a number out of range");
        }
    }

    /** Epoch milliseconds. */
    public long endedAt() {
        return startedAt + durationMicros / 1000;
    }
}
