package dev.millrace.chaos.check;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The ticks of the one timer, as they were run. */
final class Ticks {

    /** How the test function names a tick. */
    static final String KEY = "tick-";

    private static final Duration PERIOD = Duration.ofSeconds(2);

    private final SortedMap<Instant, List<Execution>> runs = new TreeMap<>();

    Ticks(List<Execution> all) {
        for (Execution run : all) {
            if (run.key().startsWith(KEY)) {
                try {
                    runs.computeIfAbsent(Instant.parse(run.key().substring(KEY.length())), _ -> new ArrayList<>())
                            .add(run);
                } catch (DateTimeParseException e) {
                    throw new IllegalStateException("the ledger names a tick " + run.key(), e);
                }
            }
        }
    }

    /** Ticks between the first and the last that ran which did not run. */
    List<String> missed() {
        if (runs.isEmpty()) {
            return List.of();
        }
        return Stream.iterate(runs.firstKey(), tick -> tick.isBefore(runs.lastKey()), tick -> tick.plus(PERIOD))
                .filter(tick -> !runs.containsKey(tick))
                .map(tick -> "the tick of " + tick + " was not fired")
                .toList();
    }

    /** Ticks that ran as several invocations which do not say that they are duplicates. */
    List<String> firedTwice(Map<String, Ended> ended) {
        return runs.entrySet().stream()
                .filter(entry -> originals(entry.getValue(), ended).size() > 1)
                .map(entry -> "the tick of " + entry.getKey() + " ran as " + originals(entry.getValue(), ended))
                .toList();
    }

    private static Set<String> originals(List<Execution> ofTick, Map<String, Ended> ended) {
        Set<String> ids = new HashSet<>();
        for (Execution run : ofTick) {
            Ended end = ended.get(run.id());
            if (end == null || !end.duplicate()) {
                ids.add(run.id());
            }
        }
        return ids;
    }

    Quantiles delay() {
        return Quantiles.of(runs.entrySet().stream()
                .map(entry ->
                        entry.getValue().getFirst().start() - entry.getKey().toEpochMilli())
                .toList());
    }
}
