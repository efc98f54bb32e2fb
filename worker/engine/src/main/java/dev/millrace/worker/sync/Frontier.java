package dev.millrace.worker.sync;

import java.util.BitSet;

/** How far a partition is done: everything before {@link #offset()} has ended. Thread-safe. */
final class Frontier {

    private static final int SHIFT_AT = 8192;

    /** Those that have ended of what lies between the first offset and the next, counted from {@code origin}. */
    private BitSet ended = new BitSet();

    private long origin;
    private long first;
    private long next;
    private int open;

    /** @param start the offset that is read first */
    Frontier(long start) {
        origin = start;
        first = start;
        next = start;
    }

    /** What lies here was read and is to be brought to an end. What was passed over on the way there has none. */
    synchronized void begun(long offset) {
        if (offset < next) {
            return; // It is counted already.
        }
        ended.set(place(next), place(offset));
        next = offset + 1;
        open++;
        advance();
    }

    /** It has ended. */
    synchronized void ended(long offset) {
        if (offset < first || offset >= next || ended.get(place(offset))) {
            return;
        }
        ended.set(place(offset));
        open--;
        advance();
    }

    /** The first offset that has not ended. */
    synchronized long offset() {
        return first;
    }

    /** How many have not ended. */
    synchronized int open() {
        return open;
    }

    private void advance() {
        first = Math.min(next, origin + ended.nextClearBit(place(first)));
        if (place(first) >= SHIFT_AT) {
            ended = ended.get(place(first), Math.max(place(first), ended.length()));
            origin = first;
        }
    }

    private int place(long offset) {
        return Math.toIntExact(offset - origin);
    }
}
