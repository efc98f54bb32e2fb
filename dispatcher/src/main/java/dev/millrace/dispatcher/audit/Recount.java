package dev.millrace.dispatcher.audit;

import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import dev.millrace.redis.Tallies.Cell;
import dev.millrace.redis.Tallies.Counted;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * Holds what the recorders have counted of one partition of the outcome log against the log itself. Pure; not thread-safe.
 *
 * <p>Where the log's beginning was deleted after counting had begun, only days are compared that the log still has whole.
 */
final class Recount {

    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

    private final Counted counted;
    private final LongPredicate asked;
    private final boolean isWhole;
    private final Map<Cell, Long> found = new HashMap<>();
    private long wholeFrom = Long.MIN_VALUE;
    private boolean begun;

    /**
     * Begins with nothing found.
     *
     * @param begin first offset of the log that is kept
     * @param asked the days that were asked for, in days since 1970
     */
    Recount(Counted counted, long begin, LongPredicate asked) {
        this.counted = counted;
        this.asked = asked;
        this.isWhole = counted.from() >= begin;
    }

    /** The next record of the log, in order. */
    void next(long offset, OutcomePack.Entries pack) {
        for (OutcomePack.Entry entry : pack.entries()) {
            long day = Math.floorDiv(entry.endedAt(), DAY_MILLIS);
            if (!begun) {
                begun = true;
                // Outcomes of the day after may have been stored before this one: clocks differ.
                wholeFrom = isWhole ? Long.MIN_VALUE : day + 2;
            }
            if (entry.status().isTerminal() && offset >= counted.from() && offset < counted.until()) {
                found.merge(new Cell(day, pack.heading().trigger(), entry.status()), 1L, Long::sum);
            }
        }
    }

    /** By how much each trigger's figures differ; triggers that come out even are missing. */
    Map<Integer, Long> differences() {
        Map<Cell, Long> difference = new HashMap<>(counted.counts());
        found.forEach((cell, count) -> difference.merge(cell, -count, Long::sum));
        Map<Integer, Long> byTrigger = new HashMap<>();
        difference.forEach((cell, by) -> {
            if (by != 0 && asked.test(cell.day()) && (isWhole || (begun && cell.day() >= wholeFrom))) {
                byTrigger.merge(cell.trigger(), Math.abs(by), Long::sum);
            }
        });
        return byTrigger;
    }

    /** What was counted of each trigger. */
    static Map<Integer, Map<Status, Long>> sums(Iterable<Counted> all) {
        Map<Integer, Map<Status, Long>> sums = new HashMap<>();
        all.forEach(one -> one.counts()
                .forEach((cell, count) -> sums.computeIfAbsent(cell.trigger(), _ -> new EnumMap<>(Status.class))
                        .merge(cell.status(), count, Long::sum)));
        return sums;
    }
}
