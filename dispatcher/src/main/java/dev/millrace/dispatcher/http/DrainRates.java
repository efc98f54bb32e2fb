package dev.millrace.dispatcher.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How fast queues are worked off, from what was done at the times when somebody asked within the last minute. Thread-safe.
 */
final class DrainRates {

    private static final long REACH = Duration.ofMinutes(1).toNanos();
    private static final long SHORTEST = Duration.ofSeconds(1).toNanos();

    /** Asked more often than this, it remembers fewer of the answers. */
    private static final long APART = Duration.ofMillis(500).toNanos();

    private final Map<String, ArrayDeque<Sample>> samples = new ConcurrentHashMap<>();

    /** So many were done by then. */
    private record Sample(long at, long done) {}

    /**
     * Remembers how many were done by now, and answers how many are done in a second; empty when nobody asked between
     * a second and a minute ago.
     *
     * @param what whose they are
     * @param now nanoseconds of a clock that only goes forward
     */
    OptionalDouble observe(String what, long done, long now) {
        ArrayDeque<Sample> known = samples.computeIfAbsent(what, unknown -> new ArrayDeque<>());
        synchronized (known) {
            while (!known.isEmpty() && now - known.getFirst().at() > REACH) {
                known.removeFirst();
            }
            Sample oldest = known.peekFirst();
            if (oldest == null || now - known.getLast().at() >= APART) {
                known.addLast(new Sample(now, done));
            }
            return oldest == null || now - oldest.at() < SHORTEST
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(Math.max(0, done - oldest.done()) * 1e9 / (now - oldest.at()));
        }
    }
}
