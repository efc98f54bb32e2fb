package dev.millrace.worker.execute;

import dev.millrace.contract.Destinations;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.worker.fate.AttemptEnd;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Whether an attempt may start, asked right before it does. Thread-safe. */
public final class Admission {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /** How far the clocks of two workers may differ. */
    private static final Duration CLOCKS = Duration.ofSeconds(5);

    private final IntPredicate triggerExists;
    private final FirstOfKey firstOfKey;
    private final Clock clock;

    /** The first event that was entered under a dedup key: this one, or the one it repeats. */
    @FunctionalInterface
    public interface FirstOfKey {

        /**
         * Enters an event, unless another one was entered under this key before.
         *
         * @throws RedisUnavailableException when nobody can tell now
         */
        EventAddress enter(String dedupKey, EventAddress event);
    }

    /** @param triggerExists whether the trigger with this number has not been deleted */
    public Admission(IntPredicate triggerExists, FirstOfKey firstOfKey, Clock clock) {
        this.triggerExists = triggerExists;
        this.firstOfKey = firstOfKey;
        this.clock = clock;
    }

    /**
     * Why the attempt may not start, or {@code null} when it may. While nobody can tell whether the event repeats
     * another one, this waits until somebody can or the event is too old: it is neither run twice nor skipped.
     */
    AttemptEnd.@Nullable NotRun refusal(OngoingAttempt attempt) {
        String unreadable = attempt.delivery().unreadable();
        if (unreadable != null) {
            return AttemptEnd.Unrunnable.unreadable("the header of the event cannot be read: " + unreadable);
        }
        if (attempt.header().crashes() >= AttemptEnd.WorkerCrashed.MOST) {
            return new AttemptEnd.WorkerCrashed(attempt.header().crashes());
        }
        int trigger = attempt.delivery().trigger().number();
        if (!triggerExists.test(trigger)) {
            return AttemptEnd.Unrunnable.gone(
                    "trigger " + attempt.delivery().trigger().ref() + " was deleted");
        }
        if (attempt.header().hops() >= Destinations.MAX_HOPS) {
            return AttemptEnd.GivenUp.tooManyHops(attempt.header().hops());
        }
        AttemptEnd.NotRun untimely = untimely(attempt);
        if (untimely != null) {
            return untimely;
        }
        String dedupKey = attempt.header().dedupKey();
        AttemptEnd.NotRun repeated = dedupKey == null ? null : repeated(attempt, dedupKey);
        return repeated != null ? repeated : heldBack(attempt);
    }

    /** Why this is not the time to start it: too late, or too early. */
    private static AttemptEnd.@Nullable NotRun untimely(OngoingAttempt attempt) {
        AttemptEnd.NotRun tooOld = tooOld(attempt, attempt.startedAt());
        if (tooOld != null) {
            return tooOld;
        }
        EventHeader header = attempt.header();
        // Whoever brought a copy here found it due by his own clock.
        long lenience = header.origin() == null ? 0 : CLOCKS.toMillis();
        return header.notBefore() > attempt.startedAt() + lenience
                ? new AttemptEnd.NotDue(Instant.ofEpochMilli(due(header, attempt.startedAt())))
                : null;
    }

    /**
     * When a delayed event is due. One that was accepted later than it is now was accepted by a clock that is ahead: its delay is right,
     * its time is not, and the delay from now on ends no sooner than it should.
     */
    private static long due(EventHeader header, long now) {
        return header.origin() == null
                ? Math.min(header.notBefore(), now + Math.max(0, header.notBefore() - header.acceptedAt()))
                : header.notBefore();
    }

    /** Asked last: what it lets pass has to tell it how the run ended. */
    private AttemptEnd.@Nullable NotRun heldBack(OngoingAttempt attempt) {
        FunctionBreaker breaker = attempt.function().breaker();
        return attempt.isRetry() && !breaker.lets()
                ? new AttemptEnd.HeldBack(clock.instant().plus(breaker.pause()))
                : null;
    }

    /** Whether the event is older at that moment than it may be, and how old then. */
    static AttemptEnd.@Nullable NotRun tooOld(OngoingAttempt attempt, long now) {
        EventHeader header = attempt.header();
        Duration maxAge = attempt.version().schedule().maxAge();
        Instant deadline = header.deadline(maxAge);
        if (now <= deadline.toEpochMilli()) {
            return null;
        }
        long acceptedAt = header.acceptedAt();
        return new AttemptEnd.TooOld(
                Duration.ofMillis(now - acceptedAt), Duration.ofMillis(deadline.toEpochMilli() - acceptedAt));
    }

    private AttemptEnd.@Nullable NotRun repeated(OngoingAttempt attempt, String dedupKey) {
        EventAddress self = attempt.delivery().address();
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                EventAddress first = firstOfKey.enter(dedupKey, self);
                return first.equals(self) ? null : new AttemptEnd.Repeated(first);
            } catch (RedisUnavailableException e) {
                AttemptEnd.NotRun tooOld = tooOld(attempt, clock.millis());
                if (tooOld != null) {
                    return tooOld;
                }
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new AttemptEnd.NotStarted(
                        "interrupted while waiting for Redis to tell whether the event is new");
            }
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }
}
