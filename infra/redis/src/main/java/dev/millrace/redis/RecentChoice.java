package dev.millrace.redis;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomePack;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Makes a page of recent invocations from the elements of a list. Pure. */
final class RecentChoice {

    private RecentChoice() {}

    /** Whether the list of those that did not succeed has all that is asked for. */
    static boolean wantsOnlyFailed(RecentQuery query) {
        return !query.statuses().isEmpty() && query.statuses().stream().allMatch(RecentEntry::isFailed);
    }

    /**
     * What matches, newest first, each invocation once and as it was seen last.
     *
     * @param elements of the list, newest last
     */
    static List<RecentEntry> choose(RecentQuery query, List<byte[]> elements) {
        List<RecentEntry> entries = new ArrayList<>(elements.size());
        // Of two with the same time and address, the sort leaves the newer one first.
        for (byte[] element : elements.reversed()) {
            RecentEntry entry = RecentEntry.parse(element);
            if (entry != null) {
                entries.add(entry);
            }
        }
        entries.sort(Comparator.comparing(RecentEntry::place, RecentCursor.NEWEST_FIRST));
        RecentCursor after = query.cursor() == null ? null : RecentCursor.parse(query.cursor());
        Set<EventAddress> seen = new HashSet<>();
        entries.removeIf(entry -> !seen.add(entry.place().address())
                || entry.place().endedAt() < query.since()
                || (after != null && RecentCursor.NEWEST_FIRST.compare(entry.place(), after) <= 0)
                || (!query.statuses().isEmpty() && !query.statuses().contains(entry.status())));
        return entries;
    }

    /**
     * Fills a page.
     *
     * @param outcomes reads outcomes without their results; empty for one that is no longer kept
     */
    static RecentPage page(
            RecentQuery query,
            List<RecentEntry> chosen,
            Function<List<EventAddress>, List<Optional<OutcomePack.Decoded>>> outcomes) {
        List<RecentInvocation> items = new ArrayList<>();
        int next = 0;
        while (next < chosen.size() && items.size() < query.limit()) {
            int end = Math.min(chosen.size(), next + query.limit() - items.size());
            List<EventAddress> addresses = chosen.subList(next, end).stream()
                    .map(entry -> entry.place().address())
                    .toList();
            for (Optional<OutcomePack.Decoded> found : outcomes.apply(addresses)) {
                found.filter(decoded -> matches(query, decoded.outcomes().getFirst()))
                        .ifPresent(decoded -> items.add(new RecentInvocation(
                                decoded.heading(), decoded.outcomes().getFirst())));
            }
            next = end;
        }
        String cursor = next < chosen.size() ? chosen.get(next - 1).place().toString() : null;
        return new RecentPage(items, cursor);
    }

    /** The list can be behind or ahead of the outcome itself, which has the say. */
    private static boolean matches(RecentQuery query, Outcome outcome) {
        return query.statuses().isEmpty() || query.statuses().contains(outcome.status());
    }
}
