package dev.millrace.chaos.check;

import dev.millrace.chaos.journal.Call;
import dev.millrace.chaos.journal.FaultNote;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whether anything began before its time. A delay counts from when its event was sent, which is before anybody can have
 * accepted it; the wait of a retry from when the run before it had ended. While a program's clock is wrong nobody is
 * punctual.
 */
final class Punctuality {

    /** The test function's retries wait so long, see {@code TestFunction}. */
    static final long RETRY_MS = 1_000;

    private static final String CLOCK_JUMP = "clock-jump";

    private final Evidence evidence;
    private final Map<String, List<Execution>> runs;
    private final Map<String, Ended> ended;

    Punctuality(Evidence evidence, Map<String, List<Execution>> runs, Map<String, Ended> ended) {
        this.evidence = evidence;
        this.runs = runs;
        this.ended = ended;
    }

    /** What began early, by how much. */
    List<String> early() {
        List<String> early = new ArrayList<>();
        evidence.calls().values().forEach(calls -> delayed(calls, early));
        runs.forEach((id, ofOne) -> retried(id, ofOne, early));
        return early;
    }

    private void delayed(List<Call> calls, List<String> early) {
        long sent = calls.getFirst().at();
        long due = sent + calls.getFirst().delay();
        for (Call call : calls) {
            List<Execution> ofOne = call.accepted() ? runs.getOrDefault(call.requestId(), List.of()) : List.of();
            if (!ofOne.isEmpty() && ofOne.getFirst().start() < due && clocksWereRight(sent, due)) {
                early.add(call.requestId() + ": sent at " + sent + ", to wait " + call.delay() + " ms, begun "
                        + (due - ofOne.getFirst().start()) + " ms early");
                return;
            }
        }
    }

    /** Where every run was an attempt of its own: which of several is the repetition of a broken-off one nobody can tell. */
    private void retried(String id, List<Execution> ofOne, List<String> early) {
        Ended end = ended.get(id);
        if (end == null || end.attempts() != ofOne.size()) {
            return;
        }
        for (int i = 1; i < ofOne.size(); i++) {
            Execution before = ofOne.get(i - 1);
            long start = ofOne.get(i).start();
            if (before.completed() && start < before.end() + RETRY_MS && clocksWereRight(before.start(), start)) {
                early.add(id + ": its run ended at " + before.end() + ", and the next began after "
                        + (start - before.end()) + " ms instead of " + RETRY_MS);
            }
        }
    }

    private boolean clocksWereRight(long from, long until) {
        return evidence.faults().stream()
                .noneMatch(fault -> fault.kind().equals(CLOCK_JUMP) && overlaps(fault, from, until));
    }

    private static boolean overlaps(FaultNote fault, long from, long until) {
        return fault.from() <= until && fault.until() >= from;
    }
}
