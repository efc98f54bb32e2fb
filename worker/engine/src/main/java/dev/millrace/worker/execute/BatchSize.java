package dev.millrace.worker.execute;

import dev.millrace.worker.consume.Execution;

/**
 * How many runs of a function make one batch, from what its runs have taken so far: about a millisecond's worth, so
 * that the cost of a hand-over is shared and yet nobody waits long behind the others. A run much longer than expected
 * shrinks the batch at once, shorter ones let it grow again within some dozens of runs.
 *
 * <p>Thread-safe without being exact: a lost update costs a slightly wrong size.
 */
final class BatchSize {

    /** How long the runs of one batch should take together. */
    static final long TARGET_NANOS = 1_000_000;

    /** What one run can weigh at most, so that a single long one is forgotten again. */
    private static final long HEAVIEST_NANOS = 10 * TARGET_NANOS;

    private static final int SMOOTHING = 8;

    private volatile long averageNanos = TARGET_NANOS;

    /** Runs per batch, 1 to {@link Execution#MAX_BATCH}. */
    int current() {
        return Math.clamp(TARGET_NANOS / averageNanos, 1, Execution.MAX_BATCH);
    }

    /** Tells of runs that took so long together. */
    void ran(int runs, long nanos) {
        long each = Math.clamp(nanos / Math.max(1, runs), 1, HEAVIEST_NANOS);
        long average = averageNanos;
        boolean muchLonger = each > 4 * average;
        long weight = Math.min(runs, SMOOTHING / 2);
        averageNanos = muchLonger ? each : Math.max(1, average + (each - average) * weight / SMOOTHING);
    }
}
