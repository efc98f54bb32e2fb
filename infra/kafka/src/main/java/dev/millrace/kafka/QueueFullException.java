package dev.millrace.kafka;

import dev.millrace.contract.TriggerRef;
import java.time.Duration;

/** The event's queue is full: it was not stored and never will be. Trying again makes sense after a while. */
public final class QueueFullException extends ThrottledException {

    private static final long serialVersionUID = 1L;

    private final long depth;
    private final int limit;

    /**
     * A queue was full.
     *
     * @param depth how many events wait or run, as far as was known
     * @param limit how many may
     * @param retryAfter when to try again
     */
    public QueueFullException(TriggerRef queue, long depth, int limit, Duration retryAfter) {
        super(
                "the queue of " + queue + " is full: " + depth + " events are accepted and have not ended, the limit"
                        + " is " + limit,
                retryAfter);
        this.depth = depth;
        this.limit = limit;
    }

    /** How many events wait or run, as far as was known. */
    public long depth() {
        return depth;
    }

    /** How many may. */
    public int limit() {
        return limit;
    }
}
