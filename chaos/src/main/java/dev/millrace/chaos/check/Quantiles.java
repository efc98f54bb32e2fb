package dev.millrace.chaos.check;

import java.util.Collection;

/**
 * Some times, summed up.
 *
 * @param count how many there were; the others are 0 when there was none
 * @param p50 milliseconds
 * @param p99 milliseconds
 * @param max milliseconds
 */
public record Quantiles(int count, long p50, long p99, long max) {

    static Quantiles of(Collection<Long> millis) {
        long[] sorted = millis.stream().mapToLong(Long::longValue).sorted().toArray();
        if (sorted.length == 0) {
            return new Quantiles(0, 0, 0, 0);
        }
        return new Quantiles(sorted.length, at(sorted, 0.5), at(sorted, 0.99), sorted[sorted.length - 1]);
    }

    private static long at(long[] sorted, double part) {
        return sorted[(int) Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)];
    }
}
