package dev.millrace.worker.report;

import dev.millrace.worker.consume.Legacy;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * For one partition of the outcome log, how far everything that this worker had to say there is stored, has its
 * consequences stored, and was told as done. What is under way, or has to be said again, holds it back. Thread-safe.
 */
final class StoredPrefix {

    private final Deque<Pack> underWay = new ArrayDeque<>();
    private volatile long before = Legacy.UNKNOWN;

    /** One pack from the moment it is sent for the first time. */
    final class Pack {

        private long offset = Legacy.UNKNOWN;
        private int open = 1;

        private Pack() {}

        /** So many more things follow from it than its being stored. */
        void followedBy(int more) {
            synchronized (underWay) {
                open += more;
            }
        }

        /** The log has it at this offset. */
        void storedAt(long where) {
            synchronized (underWay) {
                offset = where;
            }
        }

        /** One of the things that were open is told as done. */
        void settled() {
            synchronized (underWay) {
                open--;
                advance();
            }
        }
    }

    /** A pack is about to be sent for the first time. */
    Pack sent() {
        synchronized (underWay) {
            Pack pack = new Pack();
            underWay.addLast(pack);
            return pack;
        }
    }

    /** Everything of this worker before this offset is told as done. */
    long before() {
        return before;
    }

    private void advance() {
        while (!underWay.isEmpty() && underWay.getFirst().open == 0) {
            before = Math.max(before, underWay.removeFirst().offset + 1);
        }
    }
}
