package dev.millrace.worker.execute;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When retries that are held back come again: one after the other, at the pace at which they are let through, so that ten
 * thousand of them do not come again and again only to be sent away. None waits for longer than a minute, however many there
 * are, so that what they wait for may be over any time. Thread-safe.
 */
final class RetryPace {

    private static final long LONGEST_MILLIS = Duration.ofMinutes(1).toMillis();

    private final long shortestMillis;
    private final long stepMillis;
    /** When the next one's turn is, epoch milliseconds. */
    private long next;

    /**
     * @param shortest what each waits at the least
     * @param step from one turn to the next
     */
    RetryPace(Duration shortest, Duration step) {
        this.shortestMillis = shortest.toMillis();
        this.stepMillis = step.toMillis();
    }

    /** How long one waits that is held back now, epoch milliseconds. */
    synchronized Duration waitFrom(long now) {
        long turn = Math.max(next, now + shortestMillis);
        if (turn > now + LONGEST_MILLIS) {
            // There are more than have a turn within that time: they come spread over the second half of it.
            return Duration.ofMillis(
                    LONGEST_MILLIS - ThreadLocalRandom.current().nextLong(LONGEST_MILLIS / 2));
        }
        next = turn + stepMillis;
        return Duration.ofMillis(turn - now);
    }

    /** Nobody is held back any more. */
    synchronized void reset() {
        next = 0;
    }
}
