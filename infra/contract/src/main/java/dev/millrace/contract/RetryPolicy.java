package dev.millrace.contract;

import java.time.Duration;

/**
 * What happens after a failed attempt.
 *
 * @param retries attempts after the first, 0 to 10. SCF: RetryNum, default 2
 * @param delay how long to wait before each
 * @param maxAge how old an event may be when an attempt starts. SCF: MsgTTL, default 6 h
 */
public record RetryPolicy(int retries, Delay delay, Duration maxAge) {

    /** SCF's defaults: two retries, a minute apart, within six hours. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(2, Delay.fixed(Duration.ofMinutes(1)), Duration.ofHours(6));

    /**
     * Time between attempts: {@code initial · factor^(n-1)}, at most {@code max}, with full jitter when asked for.
     */
    public record Delay(Duration initial, double factor, Duration max, boolean jitter) {

        /** The same wait every time. */
        public static Delay fixed(Duration delay) {
            return new Delay(delay, 1, delay, false);
        }
    }
}
