package dev.millrace.benchmarks.latency;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends at a steady rate, whatever the receiver does: a moment that has passed is caught up with at once, and its time
 * still counts from when it was due (no coordinated omission).
 *
 * @param perSecond how many
 * @param length for how long
 */
record Pace(int perSecond, Duration length) {

    /** What is done at each moment. */
    @FunctionalInterface
    interface Send {
        /**
         * Sends one.
         *
         * @param number counted from 0
         * @param due {@link System#nanoTime} at which this was to be sent
         */
        void send(int number, long due);
    }

    int count() {
        return Math.toIntExact(perSecond * length.toMillis() / 1000);
    }

    /** Calls {@code send} on this thread, {@link #count} times. */
    void run(Send send) {
        long start = System.nanoTime();
        for (int number = 0; number < count(); number++) {
            long due = start + number * 1_000_000_000L / perSecond;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            send.send(number, due);
        }
    }
}
