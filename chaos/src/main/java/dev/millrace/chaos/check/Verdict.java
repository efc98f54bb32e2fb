package dev.millrace.chaos.check;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the checker found.
 *
 * @param events keys that were sent
 * @param accepted requests that clients hold a 202 for
 * @param refused keys that were refused
 * @param unknown keys whose sender never learned their fate
 * @param statuses how many ended how
 * @param breaches what is wrong, each with its request ID or key and the reason; kinds that did not happen are missing
 * @param repeated requests of which a run was broken off by a fault and begun again
 * @param runTwice requests that came to an end more often than they have attempts
 * @param givenUp requests given up after they had met three dying workers
 * @param books what the audit said at the end
 * @param calls what those were told who waited
 */
public record Verdict(
        int events,
        int accepted,
        int refused,
        int unknown,
        Map<String, Integer> statuses,
        Map<Breach, List<String>> breaches,
        int repeated,
        int runTwice,
        int givenUp,
        Books books,
        CallFigures calls,
        Figures figures) {

    public Verdict {
        statuses = Map.copyOf(statuses);
        breaches = Map.copyOf(breaches);
    }

    /** What is wrong in this way. */
    public List<String> of(Breach breach) {
        return breaches.getOrDefault(breach, List.of());
    }

    /** Whether every promise was kept. */
    public boolean holds() {
        return breaches.isEmpty();
    }

    /** The same with the breaches of one kind told in other words. */
    Verdict told(Breach breach, List<String> inOtherWords) {
        if (inOtherWords.isEmpty()) {
            return this;
        }
        Map<Breach, List<String>> all = new EnumMap<>(breaches);
        all.put(breach, List.copyOf(inOtherWords));
        return new Verdict(
                events, accepted, refused, unknown, statuses, all, repeated, runTwice, givenUp, books, calls, figures);
    }
}
