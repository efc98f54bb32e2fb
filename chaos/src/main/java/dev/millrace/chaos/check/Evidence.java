package dev.millrace.chaos.check;

import dev.millrace.chaos.journal.Answer;
import dev.millrace.chaos.journal.Call;
import dev.millrace.chaos.journal.FaultNote;
import dev.millrace.chaos.journal.Run;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is known apart from the API: calls by key, runs by request ID, faults. Not thread-safe. */
final class Evidence {

    private final Map<String, List<Call>> calls = new LinkedHashMap<>();
    private final Map<String, Answer> answers = new LinkedHashMap<>();
    private final Map<String, Long> acceptedAt = new LinkedHashMap<>();
    private final Map<String, Long> delays = new HashMap<>();
    private final Map<String, Execution> runs = new LinkedHashMap<>();
    private final List<FaultNote> faults = new ArrayList<>();

    void add(Call call) {
        calls.computeIfAbsent(call.key(), _ -> new ArrayList<>()).add(call);
        if (call.accepted()) {
            acceptedAt.putIfAbsent(call.requestId(), call.at());
            delays.putIfAbsent(call.requestId(), call.delay());
        }
    }

    void add(Answer line) {
        answers.merge(line.key(), line, (before, later) -> later.status() == Answer.CALLING ? before : later);
    }

    void add(Run line) {
        Execution known = runs.get(line.run());
        long start = line.begins() || known == null ? line.at() : known.start();
        long end = line.begins() ? Execution.NEVER : line.at();
        runs.put(line.run(), new Execution(line.run(), line.key(), line.id(), line.worker(), start, end));
    }

    void add(FaultNote fault) {
        faults.add(fault);
    }

    /** Every call, by key, in the order of the journal. */
    Map<String, List<Call>> calls() {
        return calls;
    }

    /** The last that each caller who waited was told, by key. */
    Map<String, Answer> answers() {
        return answers;
    }

    /** When each accepted request was accepted. */
    Map<String, Long> acceptedAt() {
        return acceptedAt;
    }

    /** How long an accepted request was to wait, milliseconds. */
    long delayOf(String id) {
        return delays.getOrDefault(id, 0L);
    }

    /** All request IDs that anybody has seen: accepted ones, ones that callers were told, and ones that ran. */
    Set<String> requestIds() {
        Set<String> ids = new LinkedHashSet<>(acceptedAt.keySet());
        answers.values().stream()
                .map(Answer::requestId)
                .filter(id -> !id.isEmpty())
                .forEach(ids::add);
        runs.values().forEach(run -> ids.add(run.id()));
        return ids;
    }

    /** The runs of each request, by their start. */
    Map<String, List<Execution>> runsByRequest() {
        Map<String, List<Execution>> byRequest = new HashMap<>();
        runs().forEach(run ->
                byRequest.computeIfAbsent(run.id(), _ -> new ArrayList<>()).add(run));
        return byRequest;
    }

    /** The runs of each key, by their start. */
    Map<String, List<Execution>> runsByKey() {
        Map<String, List<Execution>> byKey = new HashMap<>();
        runs().forEach(run ->
                byKey.computeIfAbsent(run.key(), _ -> new ArrayList<>()).add(run));
        return byKey;
    }

    /** All runs by their start. */
    List<Execution> runs() {
        return runs.values().stream()
                .sorted(Comparator.comparingLong(Execution::start))
                .toList();
    }

    List<FaultNote> faults() {
        return faults;
    }
}
