package dev.millrace.chaos.check;

import dev.millrace.chaos.journal.Call;
import dev.millrace.chaos.journal.FaultNote;
import dev.millrace.chaos.journal.FaultNote.Touches;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Compares what was promised with what happened. Pure: no file, no network, no clock. One object judges once.
 *
 * <p>A run too many is explained by a fault of the very worker that had the earlier run (its end was not noted yet), or
 * by a broker that was away between the two runs; nothing else. A run whose worker was hit is not counted among those that
 * may go on at once: it ends with its worker, or as soon as its worker wakes up, and has no say in what others may run.
 */
final class Judgement {

    /** A run's end is noted by its worker within this time, or was not when the worker died. */
    private static final long NOTED_MS = 2_000;

    /** So long after a broker is back its effects may last: sessions, retries of requests under way. */
    private static final long AFTERMATH_MS = 10_000;

    private static final Set<String> END_OF_A_RUN = Set.of("SUCCEEDED", "FAILED");
    private static final int DEATHS_UNTIL_GIVEN_UP = 3;
    private static final String WORKER_CRASHED = "WORKER_CRASHED";

    private final Evidence evidence;
    private final Map<String, Ended> ended;
    private final Map<String, List<Execution>> runs;
    private final int concurrency;

    private final Map<Breach, List<String>> breaches = new EnumMap<>(Breach.class);
    private final Map<String, Integer> statuses = new TreeMap<>();
    private int refused;
    private int unknown;
    private int repeated;
    private int runTwice;
    private int givenUp;

    /**
     * @param ended terminal states by request ID; a request that is missing has none
     * @param concurrency how many runs there may be at once
     */
    Judgement(Evidence evidence, Map<String, Ended> ended, int concurrency) {
        this.concurrency = concurrency;
        this.evidence = evidence;
        this.ended = ended;
        this.runs = evidence.runsByRequest();
    }

    /**
     * Judges.
     *
     * @param secondOutcomes terminal states that were seen to change
     * @param books what the audit said
     */
    Verdict verdict(List<String> secondOutcomes, Books books) {
        Map<String, Set<String>> requestsOfKey = requestsOfKey();
        evidence.calls().forEach((key, calls) -> judge(key, calls, requestsOfKey.getOrDefault(key, Set.of())));
        evidence.requestIds().forEach(this::judgeRequest);
        CallFigures calls = new CallJudgement(evidence, ended, this::breach).figures();
        secondOutcomes.forEach(change -> breach(Breach.SECOND_OUTCOME, change));
        judgeLimit();
        judgeBooks(books);
        new Punctuality(evidence, runs, ended).early().forEach(early -> breach(Breach.EARLY, early));
        Ticks ticks = new Ticks(evidence.runs());
        ticks.missed().forEach(tick -> breach(Breach.MISSED_TICK, tick));
        ticks.firedTwice(ended).forEach(tick -> breach(Breach.DOUBLE_TICK, tick));
        Times times = new Times(evidence, runs);
        return new Verdict(
                evidence.calls().size(),
                evidence.acceptedAt().size(),
                refused,
                unknown,
                statuses,
                breaches,
                repeated,
                runTwice,
                givenUp,
                books,
                calls,
                new Figures(
                        times.recovery(),
                        times.recoveryByFault(),
                        times.startDelay(),
                        ticks.delay(),
                        times.standstill()));
    }

    private void judgeLimit() {
        Together together = new Together(evidence.runs().stream()
                .filter(run -> run.completed() && !wasBrokenOff(run))
                .toList());
        together.over(concurrency).forEach(moment -> breach(Breach.OVER_THE_LIMIT, moment));
    }

    private void judgeBooks(Books books) {
        books.wrong().forEach(wrong -> breach(Breach.BOOKS, wrong));
        int known = evidence.acceptedAt().size();
        if (books.wrong().isEmpty() && books.accepted() < known) {
            breach(Breach.BOOKS, "clients hold " + known + " receipts, the books know of " + books.accepted());
        }
    }

    private void breach(Breach breach, String what) {
        breaches.computeIfAbsent(breach, _ -> new ArrayList<>()).add(what);
    }

    private Map<String, Set<String>> requestsOfKey() {
        Map<String, Set<String>> requests = new TreeMap<>();
        evidence.calls()
                .forEach((key, calls) -> calls.stream()
                        .filter(Call::accepted)
                        .forEach(call -> requests.computeIfAbsent(key, _ -> new HashSet<>())
                                .add(call.requestId())));
        evidence.runs()
                .forEach(run -> requests.computeIfAbsent(run.key(), _ -> new HashSet<>())
                        .add(run.id()));
        return requests;
    }

    private void judge(String key, List<Call> calls, Set<String> requests) {
        List<Call> answers =
                calls.stream().filter(call -> call.status() != Call.SENT).toList();
        boolean allRefused = !answers.isEmpty() && answers.stream().allMatch(Call::refused);
        String expected = calls.getFirst().expected();
        if (allRefused) {
            refused++;
            if (requests.stream().anyMatch(runs::containsKey)) {
                breach(
                        Breach.REFUSED_BUT_RUN,
                        key + ": refused with " + answers.getLast().status() + ", and it ran");
            }
        } else if (answers.stream().noneMatch(Call::accepted)) {
            unknown++;
        }
        if (expected.equals(Call.REFUSED)) {
            if (!requests.isEmpty()) {
                breach(Breach.REFUSED_BUT_RUN, key + ": it is too large and must be refused, and it was accepted");
            }
            return;
        }
        List<Ended> originals = requests.stream()
                .filter(ended::containsKey)
                .map(ended::get)
                .filter(one -> !one.duplicate())
                .toList();
        if (originals.size() > 1) {
            breach(
                    Breach.UNEXPLAINED_RUN,
                    key + ": one idempotency key and " + originals.size() + " invocations: "
                            + originals.stream().map(Ended::id).collect(Collectors.joining(", ")));
        }
        originals.forEach(one -> judgeEnd(key, expected, one));
    }

    private void judgeEnd(String key, String expected, Ended end) {
        if (end.status().equals(expected) || (expected.equals(Call.EITHER) && END_OF_A_RUN.contains(end.status()))) {
            return;
        }
        if (end.errorType().equals(WORKER_CRASHED) && deathsOf(end.id()) >= DEATHS_UNTIL_GIVEN_UP) {
            givenUp++;
        } else {
            breach(
                    Breach.ENDED_OTHERWISE,
                    end.id() + " (" + key + "): " + end.status() + " " + end.errorType() + " instead of " + expected);
        }
    }

    /**
     * How many workers may have died of it: one for each run that was broken off, also of a worker that stood still and woke up, which
     * nobody can tell from a dead one; and those that died between the first and the last of these, for a worker can die after it
     * has taken an event and before the function says its first word.
     */
    private long deathsOf(String id) {
        List<Execution> brokenOff = runs.getOrDefault(id, List.of()).stream()
                .filter(this::wasBrokenOff)
                .toList();
        List<FaultNote> seen = brokenOff.stream()
                .flatMap(run -> evidence.faults().stream().filter(fault -> brokeOff(fault, run)))
                .sorted(Comparator.comparingLong(FaultNote::from))
                .toList();
        if (seen.isEmpty()) {
            return 0;
        }
        long unseen = evidence.faults().stream()
                .filter(fault -> fault.touches() == Touches.WORKER)
                .filter(fault -> fault.from() >= seen.getFirst().from()
                        && fault.from() <= seen.getLast().from())
                .map(FaultNote::pid)
                .filter(pid -> brokenOff.stream().noneMatch(run -> run.worker() == pid))
                .distinct()
                .count();
        return brokenOff.size() + unseen;
    }

    private void judgeRequest(String id) {
        Ended end = ended.get(id);
        List<Execution> executions = runs.getOrDefault(id, List.of());
        if (end == null) {
            breach(Breach.LOST, id + ": no terminal state; " + executions.size() + " runs");
            return;
        }
        statuses.merge(end.status(), 1, Integer::sum);
        if (end.status().equals("SUCCEEDED")
                && executions.stream()
                        .noneMatch(run -> run.completed() && run.run().equals(end.run()))) {
            breach(
                    Breach.RESULT_OF_NO_RUN,
                    id + ": its result is of run '" + end.run() + "', which never came to its end");
        }
        boolean isCall = executions.stream().anyMatch(run -> evidence.answers().containsKey(run.key()));
        if (!isCall) {
            judgeRuns(id, end, executions);
        }
    }

    private void judgeRuns(String id, Ended end, List<Execution> executions) {
        long completed = executions.stream().filter(Execution::completed).count();
        if (executions.size() <= end.attempts()) {
            return;
        }
        if (completed > end.attempts()) {
            runTwice++;
        } else {
            repeated++;
        }
        int tooMany = executions.size() - end.attempts();
        long explained = 0;
        for (int i = 0; i < executions.size(); i++) {
            Execution run = executions.get(i);
            boolean isLast = i + 1 == executions.size();
            if (wasBrokenOff(run) || (!isLast && kafkaWasAway(run, executions.get(i + 1)))) {
                explained++;
            }
        }
        if (explained < tooMany) {
            breach(
                    Breach.UNEXPLAINED_RUN,
                    id + ": " + executions.size() + " runs for " + end.attempts() + " attempts, by workers "
                            + executions.stream()
                                    .map(run -> run.worker() + " at " + run.start())
                                    .collect(Collectors.joining(", ")));
        }
    }

    private boolean kafkaWasAway(Execution earlier, Execution later) {
        return evidence.faults().stream()
                .anyMatch(fault -> fault.touches() == Touches.KAFKA
                        && fault.from() <= later.start()
                        && fault.until() + AFTERMATH_MS >= earlier.start());
    }

    /** Whether its worker was hit while it ran, or before its end can have been noted. */
    private boolean wasBrokenOff(Execution run) {
        return evidence.faults().stream().anyMatch(fault -> brokeOff(fault, run));
    }

    private static boolean brokeOff(FaultNote fault, Execution run) {
        return hit(fault, run) && fault.from() <= (run.completed() ? run.end() + NOTED_MS : Execution.NEVER);
    }

    private static boolean hit(FaultNote fault, Execution run) {
        return fault.touches() == Touches.WORKER && fault.pid() == run.worker() && fault.until() >= run.start();
    }
}
