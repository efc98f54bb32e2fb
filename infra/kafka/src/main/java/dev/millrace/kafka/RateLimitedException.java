package dev.millrace.kafka;

import dev.millrace.contract.RateLimit;
import java.time.Duration;

/** Events come faster than they are taken: this one was not stored and never will be. */
public final class RateLimitedException extends ThrottledException {

    private static final long serialVersionUID = 1L;

    /**
     * An event came too early.
     *
     * @param whose of which function, or of which namespace
     */
    public RateLimitedException(String whose, RateLimit rate, Duration retryAfter) {
        super(
                "events of " + whose + " are accepted at " + rate.perSecond() + " a second, " + rate.burst()
                        + " at once",
                retryAfter);
    }
}
