package dev.millrace.chaos.check;

import dev.millrace.chaos.journal.FaultNote;
import dev.millrace.chaos.journal.FaultNote.Touches;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How long things took, from the ledger. */
final class Times {

    /** How far around a fault the standstill is looked for. */
    private static final long AROUND_MS = 5_000;

    private static final long AFTERMATH_MS = 5_000;
    private static final String KAFKA_AWAY = ", Kafka away";
    private static final String REDIS_AWAY = ", Redis away";

    /** Where a killed worker's peers are not what the wait is for: nobody is there, or an event has to wait to run alone. */
    private static final Set<String> NOT_THE_PEERS = Set.of("no-workers", "killing-event");

    private final Evidence evidence;
    private final Map<String, List<Execution>> runs;
    private final Map<String, List<Long>> restarts = new TreeMap<>();

    Times(Evidence evidence, Map<String, List<Execution>> runs) {
        this.evidence = evidence;
        this.runs = runs;
        evidence.faults().stream()
                .filter(fault -> fault.touches() == Touches.WORKER)
                .forEach(fault -> restartsAfter(fault)
                        .forEach(millis -> restarts.computeIfAbsent(
                                        nameOf(fault, fault.from() + millis), _ -> new ArrayList<>())
                                .add(millis)));
    }

    /**
     * Nothing can begin while the broker is away, and without Redis the dead are put out by Kafka's session alone, and whoever holds
     * no permits yet gets none: what that holds up before the run begins again is told apart.
     */
    private String nameOf(FaultNote fault, long again) {
        if (meets(fault, again, Touches.KAFKA)) {
            return fault.kind() + KAFKA_AWAY;
        }
        return meets(fault, again, Touches.REDIS) ? fault.kind() + REDIS_AWAY : fault.kind();
    }

    private boolean meets(FaultNote fault, long again, Touches what) {
        return evidence.faults().stream()
                .anyMatch(other -> other.touches() == what
                        && other.from() <= again
                        && other.until() + AFTERMATH_MS >= fault.from());
    }

    /** For each run that the fault broke off and that was begun again, here or elsewhere, how long that took. */
    private List<Long> restartsAfter(FaultNote fault) {
        return runs.values().stream()
                .flatMap(ofOne -> ofOne.stream()
                        .filter(run ->
                                run.worker() == fault.pid() && run.start() <= fault.from() && run.end() > fault.from())
                        .map(run -> nextStart(ofOne, fault))
                        .filter(OptionalLong::isPresent)
                        .map(OptionalLong::getAsLong))
                .toList();
    }

    private static OptionalLong nextStart(List<Execution> ofOne, FaultNote fault) {
        return ofOne.stream()
                .filter(run -> run.start() > fault.from())
                .mapToLong(run -> run.start() - fault.from())
                .findFirst();
    }

    Quantiles recovery() {
        return Quantiles.of(restarts.entrySet().stream()
                .filter(entry -> isThePeersDoing(entry.getKey()))
                .flatMap(entry -> entry.getValue().stream())
                .toList());
    }

    private static boolean isThePeersDoing(String name) {
        return !name.endsWith(KAFKA_AWAY) && !name.endsWith(REDIS_AWAY) && !NOT_THE_PEERS.contains(name);
    }

    Map<String, Quantiles> recoveryByFault() {
        return restarts.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> Quantiles.of(entry.getValue())));
    }

    Quantiles startDelay() {
        return Quantiles.of(runs.entrySet().stream()
                .filter(entry -> evidence.acceptedAt().containsKey(entry.getKey()))
                .map(entry -> entry.getValue().getFirst().start()
                        - evidence.acceptedAt().getOrDefault(entry.getKey(), 0L)
                        - evidence.delayOf(entry.getKey()))
                .map(delay -> Math.max(0, delay))
                .toList());
    }

    Map<String, Quantiles> standstill() {
        long[] starts =
                evidence.runs().stream().mapToLong(Execution::start).sorted().toArray();
        Map<String, List<Long>> longest = new TreeMap<>();
        for (FaultNote fault : evidence.faults()) {
            longest.computeIfAbsent(fault.kind(), _ -> new ArrayList<>()).add(longestGap(starts, fault));
        }
        return longest.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> Quantiles.of(entry.getValue())));
    }

    private static long longestGap(long[] starts, FaultNote fault) {
        long longest = 0;
        for (int i = 1; i < starts.length; i++) {
            if (starts[i] >= fault.from() && starts[i - 1] <= fault.until() + AROUND_MS) {
                longest = Math.max(longest, starts[i] - starts[i - 1]);
            }
        }
        return longest;
    }
}
