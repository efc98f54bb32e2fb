package dev.millrace.worker.execute;

import dev.millrace.contract.EventAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The invocations that somebody wants to end, as far as this worker has heard. Asked before every start, without a word to
 * Redis. Thread-safe.
 */
final class Cancelled {

    /** Wishes are kept for days; more than this many at once means that the oldest events are long over. */
    private static final int MOST = 1_000_000;

    /** Whether each may finish in its own way. */
    private final Map<EventAddress, Boolean> wishes = new ConcurrentHashMap<>();

    /** Takes in wishes, those heard before as well. */
    void heard(Map<EventAddress, Boolean> graceful) {
        if (wishes.size() > MOST) {
            wishes.clear();
        }
        wishes.putAll(graceful);
    }

    boolean contains(EventAddress address) {
        return !wishes.isEmpty() && wishes.containsKey(address);
    }

    /** Whether it may finish in its own way. */
    boolean isGraceful(EventAddress address) {
        return wishes.getOrDefault(address, false);
    }

    boolean isEmpty() {
        return wishes.isEmpty();
    }
}
