package dev.millrace.kafka.queue;

/**
 * How one process stands among those that accept events into the same queue.
 *
 * @param count how many there are, this one included
 * @param rank this one's place among them, from 0
 */
record Standing(int count, int rank) {

    Standing {
        if (rank < 0 || rank >= count) {
            throw new IllegalArgumentException("no place " + rank + " among " + count);
        }
    }

    /** How many of them may let events into a queue of this limit: a limit below their number is not divided further. */
    int sharers(int limit) {
        return Math.min(count, limit);
    }

    /** How many events each of them may be letting in at most, beyond those that the others can see. */
    int block(int limit) {
        int sharers = sharers(limit);
        return sharers == 1 ? limit : Math.max(1, limit / (16 * sharers));
    }

    /** How many may come in now: none of what the others may be letting in at the same time. */
    long room(long depth, int limit) {
        int sharers = sharers(limit);
        if (rank >= sharers) {
            return 0;
        }
        long reserved = (long) (sharers - 1) * block(limit);
        return Math.clamp(limit - depth - reserved, 0, block(limit));
    }
}
