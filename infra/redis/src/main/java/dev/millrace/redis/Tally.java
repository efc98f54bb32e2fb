package dev.millrace.redis;

import dev.millrace.contract.OutcomePack;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many outcomes of one partition of the outcome log ended how, from one offset on up to where Redis holds it: by day,
 * trigger and status. Every terminal record counts, also the second end of an invocation, so that the figures can be held
 * against the log. What it says goes to Redis together with the position, or not at all. Not thread-safe.
 */
final class Tally {

    private static final long DAY_MILLIS = 24 * 3_600_000L;
    private static final int STATUSES = 16;

    private final Head head;
    private final LongFunction<Map<String, Long>> known;
    private final Map<Long, Map<String, Long>> days = new TreeMap<>();
    private final Map<Long, Map<String, Long>> changed = new TreeMap<>();
    private long next;

    /**
     * Which counting it is.
     *
     * @param generation another one whenever counting begins anew
     * @param from the first offset that is counted
     */
    record Head(long generation, long from) {

        private static final Pattern TEXT = Pattern.compile("(\\d{1,18}) (\\d{1,18})");

        private static final long GENERATIONS = 100_000_000_000_000_000L;

        /** A new one from this offset on. By chance, not by a clock: clocks are set back. */
        static Head anew(long from) {
            return new Head(ThreadLocalRandom.current().nextLong(GENERATIONS), from);
        }

        /** What Redis keeps of it. */
        String text() {
            return generation + " " + from;
        }

        static Optional<Head> of(String text) {
            Matcher parts = TEXT.matcher(text);
            return parts.matches()
                    ? Optional.of(new Head(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2))))
                    : Optional.empty();
        }
    }

    /**
     * Goes on counting.
     *
     * @param next the first offset that is not counted yet
     * @param known what was counted of a day so far; asked once for each day that comes up
     */
    Tally(Head head, long next, LongFunction<Map<String, Long>> known) {
        this.head = head;
        this.next = next;
        this.known = known;
    }

    /** The day of a time, in days since 1970. */
    static long dayOf(long epochMillis) {
        return Math.floorDiv(epochMillis, DAY_MILLIS);
    }

    /** Name of a figure: a trigger's outcomes with this code of a status. */
    static String field(int trigger, int status) {
        return trigger + "." + status;
    }

    Head head() {
        return head;
    }

    /** The first offset that is not counted yet. */
    long next() {
        return next;
    }

    /** Counts a stretch of the log. */
    void add(OutcomeBatch batch) {
        batch.packs().forEach(this::add);
        next = batch.next();
    }

    private void add(OutcomePack.Entries pack) {
        long[] counts = new long[STATUSES];
        long day = Long.MIN_VALUE;
        for (OutcomePack.Entry entry : pack.entries()) {
            if (entry.status().isTerminal()) {
                if (dayOf(entry.endedAt()) != day) {
                    add(day, pack.heading().trigger(), counts);
                    day = dayOf(entry.endedAt());
                }
                counts[entry.status().code()]++;
            }
        }
        add(day, pack.heading().trigger(), counts);
    }

    /** Adds the counts and clears them. */
    private void add(long day, int trigger, long[] counts) {
        for (int status = 0; status < counts.length; status++) {
            if (counts[status] > 0) {
                String field = field(trigger, status);
                Map<String, Long> ofDay = days.computeIfAbsent(day, unknown -> new TreeMap<>(known.apply(unknown)));
                changed.computeIfAbsent(day, unchanged -> new TreeMap<>())
                        .put(field, ofDay.merge(field, counts[status], Long::sum));
                counts[status] = 0;
            }
        }
    }

    /** What has another value than when it was last asked, by day. */
    Map<Long, Map<String, Long>> takeChanges() {
        Map<Long, Map<String, Long>> taken = new TreeMap<>(changed);
        changed.clear();
        return taken;
    }
}
