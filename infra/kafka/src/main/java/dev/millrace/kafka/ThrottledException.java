package dev.millrace.kafka;

import java.time.Duration;

/** More events come than are taken: this one was not stored and never will be. It may be handed in again later. */
public abstract sealed class ThrottledException extends NotStoredException
        permits QueueFullException, RateLimitedException {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    ThrottledException(String text, Duration retryAfter) {
        super(text, null);
        this.retryAfter = retryAfter;
    }

    /** When to try again. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** The same in whole seconds, at least one. */
    public int retryAfterSeconds() {
        return Math.clamp((retryAfter.toMillis() + 999) / 1000, 1, 3600);
    }
}
