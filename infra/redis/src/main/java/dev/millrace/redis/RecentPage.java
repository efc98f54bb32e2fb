package dev.millrace.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a function's recent invocations.
 *
 * @param items newest first
 * @param nextCursor where the next page begins, {@code null} when there is none
 */
public record RecentPage(
        List<RecentInvocation> items, @Nullable String nextCursor) {
    public RecentPage {
        items = List.copyOf(items);
    }
}
