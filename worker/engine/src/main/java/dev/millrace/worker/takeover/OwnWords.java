package dev.millrace.worker.takeover;

import dev.millrace.redis.Fences.AttemptKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The attempts that ended in this process lately: what it knows without asking anybody, and what it says again when Redis has
 * forgotten. Thread-safe.
 */
final class OwnWords {

    /** A second copy of an attempt comes at the latest when whoever brought the first has died and another has his partition. */
    static final Duration KEPT = Duration.ofMinutes(10);

    static final int MOST = 20_000;

    private final LongSupplier nanoTime;
    /** When each ended, the oldest first. Guarded by this. */
    private final Map<AttemptKey, Long> ended = new LinkedHashMap<>();

    /** @param nanoTime {@code System::nanoTime} */
    OwnWords(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** It has ended here, consequences and all. */
    synchronized void ended(AttemptKey attempt) {
        long now = nanoTime.getAsLong();
        ended.remove(attempt);
        ended.put(attempt, now);
        Iterator<Long> oldest = ended.values().iterator();
        while (oldest.hasNext() && (now - oldest.next() > KEPT.toNanos() || ended.size() > MOST)) {
            oldest.remove();
        }
    }

    /** Whether it ended here lately. */
    synchronized boolean hasEnded(AttemptKey attempt) {
        return ended.containsKey(attempt);
    }

    /** All that ended here lately. */
    synchronized List<AttemptKey> ended() {
        return new ArrayList<>(ended.keySet());
    }
}
