package dev.millrace.kafka.queue;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one process may let into one queue. Others do the same at the same time and are not asked.
 *
 * <p>A process reads how deep the queue is and may then let in a block of events at most, those that were on their way
 * when it read included; and of what it found free it leaves a block for each of the others. So whoever read last knew of
 * everything the others had let in but for a block each, and the limit holds however old the others' readings are. A
 * model test plays that through.
 *
 * <p>Thread-safe: {@link #tryTake} and {@link #settle} for anybody, {@link #granted} for one thread.
 */
final class Share {

    /** Events let in since the process began. */
    private final AtomicLong taken = new AtomicLong();

    /** Those of them whose fate is known: in the topic for everybody to see, or nowhere. */
    private final AtomicLong settled = new AtomicLong();

    private volatile @Nullable Grant grant;

    /**
     * What a reading gave.
     *
     * @param ceiling how many may have been let in altogether
     * @param depth what was read
     * @param limit the queue's
     * @param standing the process's
     * @param at when the reading began, {@code System.nanoTime}
     * @param isShrinking whether the queue was deeper at the reading before
     */
    record Grant(long ceiling, long depth, int limit, Standing standing, long at, boolean isShrinking) {

        /** Whether nothing may come in because the queue is full, as far as this process can tell. */
        boolean isFull() {
            return standing.room(depth, limit) == 0;
        }

        /** Whether it still holds: with fewer to share with it does, with more it does not. */
        boolean holdsFor(Standing now, int limitNow) {
            return now.count() <= standing.count() && limitNow == limit;
        }
    }

    /** Lets one event in, if there is a grant that holds and is not used up. */
    boolean tryTake(Standing now, int limit) {
        Grant present = grant;
        if (present == null || !present.holdsFor(now, limit)) {
            return false;
        }
        while (true) {
            long before = taken.get();
            if (before >= present.ceiling()) {
                return false;
            }
            if (taken.compareAndSet(before, before + 1)) {
                return true;
            }
        }
    }

    /** The fate of one event that was let in is known. */
    void settle() {
        settled.getAndIncrement();
    }

    /** How many are settled; to be asked before the depth is read, which then contains all of them. */
    long settled() {
        return settled.get();
    }

    /** Takes a reading of the depth into account. */
    void granted(long settledBefore, long depth, int limit, Standing standing, long at) {
        Grant before = grant;
        boolean shrinking = before != null && depth < before.depth();
        grant = new Grant(settledBefore + standing.room(depth, limit), depth, limit, standing, at, shrinking);
    }

    @Nullable
    Grant grant() {
        return grant;
    }

    /** Whether a new reading should come soon: less than half of the block is left. */
    boolean isLow() {
        Grant present = grant;
        return present == null
                || present.ceiling() - taken.get() < present.standing().block(present.limit()) / 2;
    }
}
