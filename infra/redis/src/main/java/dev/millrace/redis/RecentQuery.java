package dev.millrace.redis;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Status;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of a function's recent invocations are wanted, newest first.
 *
 * @param function whose
 * @param statuses those only; empty for any
 * @param since epoch milliseconds; ended at or after it
 * @param limit how many at most, 1 to {@link #MAX_LIMIT}
 * @param cursor {@link RecentPage#nextCursor()} of the page before, or {@code null} for the first
 */
public record RecentQuery(
        FunctionRef function,
        Set<Status> statuses,
        long since,
        int limit,
        @Nullable String cursor) {

    /** Largest page. */
    public static final int MAX_LIMIT = 100;

    public RecentQuery {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_LIMIT + " entries, not " + limit);
        }
        if (cursor != null) {
            RecentCursor.parse(cursor);
        }
        statuses = Set.copyOf(statuses);
    }

    /** The newest of a function, whatever their status. */
    public static RecentQuery newest(FunctionRef function, int limit) {
        return new RecentQuery(function, Set.of(), 0, limit, null);
    }
}
