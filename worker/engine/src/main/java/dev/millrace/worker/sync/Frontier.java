package dev.millrace.worker.sync;

import java.util.TreeSet;

/** How far a partition is done: everything before {@link #offset()} has ended. Thread-safe. */
final class Frontier {

    private final TreeSet<Long> open = new TreeSet<>();
    private long next;

    /** @param first the offset that is read first */
    Frontier(long first) {
        next = first;
    }

    /** What lies here was read and is to be brought to an end. */
    synchronized void begun(long offset) {
        open.add(offset);
        next = Math.max(next, offset + 1);
    }

    /** It has ended. */
    synchronized void ended(long offset) {
        open.remove(offset);
    }

    /** The first offset that has not ended. */
    synchronized long offset() {
        return open.isEmpty() ? next : open.first();
    }

    /** How many have not ended. */
    synchronized int open() {
        return open.size();
    }
}
