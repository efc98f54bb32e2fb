package dev.millrace.redis;

import dev.millrace.contract.EventAddress;
import java.util.Comparator;

/** A place in the order of recent invocations: by end, newest first, then by address. */
record RecentCursor(long endedAt, EventAddress address) {

    static final Comparator<RecentCursor> NEWEST_FIRST = Comparator.comparingLong(RecentCursor::endedAt)
            .thenComparing(RecentCursor::address)
            .reversed();

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException it did not write this
     */
    static RecentCursor parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("not a cursor of a list of invocations: " + text);
        }
        try {
            return new RecentCursor(
                    Long.parseLong(parts[0]),
                    new EventAddress(Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), Long.parseLong(parts[3])));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a cursor of a list of invocations: " + text, e);
        }
    }

    @Override
    public String toString() {
        return endedAt + "." + address.trigger() + "." + address.partition() + "." + address.offset();
    }
}
