package dev.millrace.worker.fate;

import dev.millrace.contract.RetryPolicy;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * A function's retry policy as waiting times. Thread-safe when the source of random numbers is.
 *
 * <p>Failures of the function wait as its policy says. Failures of the platform wait 1 s, 2 s, 4 s … 5 min, each drawn
 * from the whole range down to nothing so that a fleet does not return in step.
 */
public final class RetrySchedule {

    private static final Duration PLATFORM_FIRST = Duration.ofSeconds(1);
    private static final Duration PLATFORM_MAX = Duration.ofMinutes(5);
    private static final IntervalFunction PLATFORM =
            IntervalFunction.ofExponentialBackoff(PLATFORM_FIRST, 2, PLATFORM_MAX);

    private final RetryPolicy policy;
    private final RandomGenerator random;

    public RetrySchedule(RetryPolicy policy, RandomGenerator random) {
        this.policy = policy;
        this.random = random;
    }

    /** Attempts of the function after its first. */
    public int retries() {
        return policy.retries();
    }

    /** How old an event may be when an attempt starts. */
    public Duration maxAge() {
        return policy.maxAge();
    }

    /**
     * The wait after a failure of the function.
     *
     * @param failures how often it has failed by now, at least 1
     */
    Duration afterFailure(int failures) {
        RetryPolicy.Delay delay = policy.delay();
        long initial = delay.initial().toMillis();
        if (initial == 0) {
            return Duration.ZERO;
        }
        long max = Math.max(initial, delay.max().toMillis());
        long millis = delay.factor() <= 1
                ? initial
                : IntervalFunction.ofExponentialBackoff(initial, delay.factor(), max)
                        .apply(failures);
        return Duration.ofMillis(delay.jitter() ? random.nextLong(millis + 1) : millis);
    }

    /**
     * The wait after a failure of the platform.
     *
     * @param attempts how often it has been tried by now, at least 1
     */
    Duration afterPlatformError(int attempts) {
        return Duration.ofMillis(1 + random.nextLong(PLATFORM.apply(attempts)));
    }
}
