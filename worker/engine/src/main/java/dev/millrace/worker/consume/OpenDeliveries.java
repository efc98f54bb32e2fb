package dev.millrace.worker.consume;

import dev.millrace.worker.consume.Findings.Finding;
import java.util.Arrays;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a lane has received and not seen done, by ascending offset. It remembers what is open rather than what is done:
 * a run of a quarter of an hour may have millions of done offsets behind it, but never more open ones than the worker
 * can hold. Every step is of constant or logarithmic cost. Owned by the consumer thread.
 */
final class OpenDeliveries {

    private long[] offsets = new long[64];
    private @Nullable Open[] entries = new @Nullable Open[64];
    private int head;
    private int tail;
    private int size;

    /** Adds one whose offset is above all before it. */
    Open add(Delivery delivery) {
        if (tail == offsets.length) {
            closeRanks();
        }
        Open open = new Open(delivery);
        offsets[tail] = delivery.offset();
        entries[tail] = open;
        tail++;
        size++;
        return open;
    }

    @Nullable
    Open find(long offset) {
        int index = Arrays.binarySearch(offsets, head, tail, offset);
        return index < 0 ? null : entries[index];
    }

    /** Takes out one that {@link #find} finds. */
    void remove(long offset) {
        int index = Arrays.binarySearch(offsets, head, tail, offset);
        if (index < 0 || entries[index] == null) {
            throw new IllegalStateException("offset " + offset + " is not open");
        }
        entries[index] = null;
        size--;
        while (head < tail && entries[head] == null) {
            head++;
        }
    }

    int size() {
        return size;
    }

    /** The lowest open offset, or this one when nothing is open. */
    long firstOr(long otherwise) {
        return size == 0 ? otherwise : offsets[head];
    }

    void forEach(ObjLongConsumer<Open> action) {
        for (int i = head; i < tail; i++) {
            Open open = entries[i];
            if (open != null) {
                action.accept(open, offsets[i]);
            }
        }
    }

    boolean anyMatch(Predicate<Open> condition) {
        for (int i = head; i < tail; i++) {
            Open open = entries[i];
            if (open != null && condition.test(open)) {
                return true;
            }
        }
        return false;
    }

    /** Moves the open ones together; doubles the room when they fill more than half of it. */
    private void closeRanks() {
        int capacity = size > offsets.length / 2 ? 2 * offsets.length : offsets.length;
        long[] newOffsets = new long[capacity];
        @Nullable Open[] newEntries = new @Nullable Open[capacity];
        int count = 0;
        for (int i = head; i < tail; i++) {
            if (entries[i] != null) {
                newOffsets[count] = offsets[i];
                newEntries[count] = entries[i];
                count++;
            }
        }
        offsets = newOffsets;
        entries = newEntries;
        head = 0;
        tail = count;
    }

    /** One open delivery and where it is. */
    static final class Open {

        private Delivery delivery;
        private Progress progress = Progress.WAITING;
        private long takenAt;
        private @Nullable Finding finding;

        private Open(Delivery delivery) {
            this.delivery = delivery;
        }

        Delivery delivery() {
            return delivery;
        }

        Progress progress() {
            return progress;
        }

        void progress(Progress now) {
            progress = now;
        }

        /** How it has ended already, if it has. */
        @Nullable
        Finding finding() {
            return finding;
        }

        void found(@Nullable Finding how) {
            finding = how;
        }

        /** So many workers may have died while they ran it. */
        void crashed(int times) {
            delivery = delivery.crashed(times);
        }

        /** When it was handed over, in the milliseconds of whoever took it. */
        long takenAt() {
            return takenAt;
        }

        void taken(long now) {
            progress = progress.taken();
            takenAt = now;
        }
    }
}
