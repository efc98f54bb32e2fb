package dev.millrace.kafka;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.RateLimit;
import java.time.Duration;

/** Events come faster than their function takes them: this one was not stored and never will be. */
public final class RateLimitedException extends ThrottledException {

    private static final long serialVersionUID = 1L;

    /** An event came too early. */
    public RateLimitedException(FunctionRef function, RateLimit rate, Duration retryAfter) {
        super(
                "events of " + function + " are accepted at " + rate.perSecond() + " a second, " + rate.burst()
                        + " at once",
                retryAfter);
    }
}
