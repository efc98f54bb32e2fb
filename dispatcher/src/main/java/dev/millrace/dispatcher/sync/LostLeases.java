package dev.millrace.dispatcher.sync;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells which workers are gone, from what is seen of their leases again and again. A lease that is missing once may have been
 * forgotten by a Redis that came back empty: its holder says it again within a moment. Pure but for what it has seen; not
 * thread-safe.
 */
final class LostLeases {

    /** A lease that is missing for so long has no holder any more. */
    static final Duration MISSING = Duration.ofSeconds(1);

    private final Set<Long> seen = new HashSet<>();
    private final Map<Long, Long> missingSince = new HashMap<>();

    /**
     * Takes in what is there now.
     *
     * @param present the leases
     * @param now {@code System.nanoTime}
     * @return those that are found to be lost by this look
     */
    List<Long> look(Collection<Long> present, long now) {
        seen.addAll(present);
        present.forEach(missingSince::remove);
        seen.stream().filter(lease -> !present.contains(lease)).forEach(lease -> missingSince.putIfAbsent(lease, now));
        List<Long> gone = missingSince.entrySet().stream()
                .filter(missing -> now - missing.getValue() >= MISSING.toNanos())
                .map(Map.Entry::getKey)
                .toList();
        gone.forEach(lease -> {
            seen.remove(lease);
            missingSince.remove(lease);
        });
        return gone;
    }

    /** Nobody could look: how long something was missing is not known. */
    void couldNotLook() {
        missingSince.clear();
    }
}
