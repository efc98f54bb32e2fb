package dev.millrace.dispatcher.record;

import java.time.Duration;

/**
 * How long to wait after so many failures in a row: doubling from the first wait to the longest. Pure.
 *
 * @param first after the first failure
 * @param longest never longer than this
 */
record Backoff(Duration first, Duration longest) {

    private static final int MAX_DOUBLINGS = 30;

    Duration after(int failures) {
        if (failures < 1) {
            throw new IllegalArgumentException("nothing has failed");
        }
        Duration wait = first.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        return wait.compareTo(longest) > 0 ? longest : wait;
    }
}
