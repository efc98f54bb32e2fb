package dev.millrace.worker.execute;

import dev.millrace.contract.FunctionRef;
import dev.millrace.worker.fate.AttemptEnd;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a failing function from a storm: when four in five of its runs on this worker fail, retries are let through at some
 * ten a second and the others wait, which is no attempt; first attempts begin at a hundred a second, and the others wait in
 * their queue, so that ten thousand that fail at once do not take the processor from those that succeed. Thread-safe.
 */
final class FunctionBreaker {

    private static final Logger log = LoggerFactory.getLogger(FunctionBreaker.class);

    /** How long retries are held back at a time, and how many are let through then. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private static final int LET_THROUGH = 50;

    /** First attempts that may begin in a quarter of a second meanwhile. */
    private static final int STARTS = 25;

    private static final Duration STARTS_PERIOD = Duration.ofMillis(250);

    /** Failures that are older than this say nothing about now. */
    private static final long REMEMBERED_NANOS = Duration.ofMinutes(1).toNanos();

    private final CircuitBreaker breaker;
    private final RateLimiter starts;
    private final Clock clock;
    private final RetryPace pace = new RetryPace(PAUSE, PAUSE.dividedBy(LET_THROUGH));

    /** While nothing fails, nothing is counted: {@code System.nanoTime} of the last failure. */
    private volatile long failedAt = System.nanoTime() - 2 * REMEMBERED_NANOS;

    FunctionBreaker(FunctionRef function) {
        this(function, Clock.systemUTC());
    }

    /** @param clock what pauses are measured by */
    FunctionBreaker(FunctionRef function, Clock clock) {
        this.clock = clock;
        this.starts = RateLimiter.of(
                function.toString(),
                RateLimiterConfig.custom()
                        .limitForPeriod(STARTS)
                        .limitRefreshPeriod(STARTS_PERIOD)
                        .timeoutDuration(Duration.ZERO)
                        .writableStackTraceEnabled(false)
                        .build());
        breaker = CircuitBreaker.of(function.toString(), config(clock));
        breaker.getEventPublisher().onStateTransition(event -> {
            switch (event.getStateTransition().getToState()) {
                case OPEN ->
                    log.warn(
                            "most runs of function {} fail: it is slowed down, and its retries are held back",
                            function);
                case CLOSED -> {
                    pace.reset();
                    log.info("function {} succeeds again: it is not slowed down any more", function);
                }
                default -> log.debug("{}", event);
            }
        });
    }

    /** Whether a retry may run now. If so, its end has to be told. */
    boolean lets() {
        return breaker.tryAcquirePermission();
    }

    /** How many deliveries from its queue may begin now. */
    int startsLeft() {
        return breaker.getState() == State.CLOSED
                ? Integer.MAX_VALUE
                : Math.max(0, starts.getMetrics().getAvailablePermissions());
    }

    /** So many begin. They may be the ones that show that it is well again, if it has no retries to show it by. */
    void starting(int count) {
        if (breaker.getState() == State.CLOSED) {
            return;
        }
        int left = Math.min(count, startsLeft());
        boolean ignored = left > 0 && starts.acquirePermission(left);
        if (breaker.getState() == State.OPEN && breaker.tryAcquirePermission()) {
            breaker.releasePermission(); // Its pause is over: from now on ends are judged, whoever's they are.
        }
    }

    /** How long a retry that may not run now should wait: each another time, and the longer the more there are. */
    Duration pause() {
        return pace.waitFrom(clock.millis());
    }

    boolean isOpen() {
        return breaker.getState() == State.OPEN;
    }

    private static CircuitBreakerConfig config(Clock clock) {
        return CircuitBreakerConfig.custom()
                .clock(clock)
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(100)
                .minimumNumberOfCalls(50)
                .failureRateThreshold(80)
                .waitDurationInOpenState(PAUSE)
                .permittedNumberOfCallsInHalfOpenState(LET_THROUGH)
                .maxWaitDurationInHalfOpenState(Duration.ofMinutes(1))
                .writableStackTraceEnabled(false)
                .build();
    }

    /** Takes in how a run ended. */
    void ended(OngoingAttempt attempt, AttemptEnd end) {
        ended(attempt.isRetry(), attempt.elapsedNanos(), end);
    }

    /** The same of a run that took so long. */
    void ended(boolean isRetry, long nanos, AttemptEnd end) {
        switch (end) {
            case AttemptEnd.Returned returned -> succeeded(isRetry, nanos);
            case AttemptEnd.Failed failed when !failed.terminal() -> failed(nanos);
            // A function that refuses an event for good is in order, and what the platform did is not its doing.
            case AttemptEnd.Failed refused -> withdraw(isRetry);
            case AttemptEnd.NotRun notRun -> withdraw(isRetry);
            case AttemptEnd.Cancelled cancelled -> withdraw(isRetry);
        }
    }

    private void succeeded(boolean isRetry, long nanos) {
        if (System.nanoTime() - failedAt < REMEMBERED_NANOS) {
            breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
        } else {
            withdraw(isRetry);
        }
    }

    private void failed(long nanos) {
        long now = System.nanoTime();
        boolean forgotten = now - failedAt > REMEMBERED_NANOS;
        failedAt = now;
        if (forgotten && breaker.getState() == State.CLOSED) {
            breaker.reset();
        }
        breaker.onError(nanos, TimeUnit.NANOSECONDS, new Failure());
    }

    private void withdraw(boolean isRetry) {
        if (isRetry) {
            breaker.releasePermission();
        }
    }

    /** Stands for any failure; only its being one counts. */
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure() {
            super("a run failed", null, false, false);
        }
    }
}
