package dev.millrace.worker.takeover;

import dev.millrace.redis.Fences;
import dev.millrace.redis.Fences.AttemptKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Notices when Redis has forgotten what was said of attempts, and says again what this process has said. Of one thread.
 */
final class FenceEras {

    /** Nobody who lives has ever had an era, or he would have begun another before it is missed so often in a row. */
    private static final int NEVER_THERE = 2;

    private final Fences fences;
    private final Supplier<Map<AttemptKey, String>> words;
    private final Map<Integer, String> known = new HashMap<>();
    private final Map<Integer, Integer> missed = new HashMap<>();

    /** @param words what this process has said and stands by */
    FenceEras(Fences fences, Supplier<Map<AttemptKey, String>> words) {
        this.fences = fences;
        this.words = words;
    }

    /** Looks once; {@link dev.millrace.redis.RedisUnavailableException} when Redis does not answer. */
    void look() {
        List<String> present = fences.presentEras();
        Map<Integer, String> changed = new HashMap<>();
        for (int era = 0; era < present.size(); era++) {
            String now = present.get(era).isEmpty() ? begun(era) : present.get(era);
            if (!now.equals(known.getOrDefault(era, ""))) {
                changed.put(era, now);
            }
        }
        if (!changed.isEmpty()) {
            sayAgain(changed.keySet());
            known.putAll(changed);
        }
    }

    /** What is there once this process has done what is his to do; empty when that is nothing yet. */
    private String begun(int era) {
        if (known.containsKey(era)) {
            return fences.begin(era, Fences.SETTLES);
        }
        return missed.merge(era, 1, Integer::sum) < NEVER_THERE ? "" : fences.begin(era, Duration.ZERO);
    }

    private void sayAgain(Set<Integer> eras) {
        Map<AttemptKey, String> again = new HashMap<>(words.get());
        again.keySet().removeIf(attempt -> !eras.contains(Fences.eraOf(attempt)));
        fences.sayAgain(again);
    }
}
