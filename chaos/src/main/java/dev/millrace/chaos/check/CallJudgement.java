package dev.millrace.chaos.check;

import dev.millrace.chaos.journal.Answer;
import dev.millrace.chaos.journal.FaultNote;
import dev.millrace.chaos.journal.FaultNote.Touches;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Compares what callers who waited were told with what happened. Pure. Whatever is done to the cluster: a call runs at most
 * once, what was refused did not run, a result is that of a run that came to its end, and nobody waits for ever. That every
 * request ID has one terminal outcome is judged with all others.
 */
final class CallJudgement {

    /** A worker that dies within this time of a run's end may have told the caller and not the log. */
    private static final long NOTED_MS = 2_000;

    private final Evidence evidence;
    private final Map<String, Ended> ended;
    private final Map<String, List<Execution>> runsOfKey;
    private final BiConsumer<Breach, String> breach;

    private int answered;
    private int refused;
    private int failed;
    private int broken;
    private int toldOnly;

    /**
     * @param ended terminal states by request ID
     * @param breach told what is wrong
     */
    CallJudgement(Evidence evidence, Map<String, Ended> ended, BiConsumer<Breach, String> breach) {
        this.evidence = evidence;
        this.ended = ended;
        this.runsOfKey = evidence.runsByKey();
        this.breach = breach;
    }

    /** Judges; once. */
    CallFigures figures() {
        evidence.answers().forEach(this::judge);
        return new CallFigures(evidence.answers().size(), answered, refused, failed, broken, toldOnly);
    }

    private void judge(String key, Answer answer) {
        List<Execution> runs = runsOfKey.getOrDefault(key, List.of());
        if (runs.size() > 1) {
            breach.accept(
                    Breach.CALL_RUN_TWICE, key + ": it was called once and ran " + runs.size() + " times, as " + runs);
        }
        switch (answer.status()) {
            case Answer.BROKEN -> broken++;
            case Answer.SILENCE -> breach.accept(Breach.CALLER_LEFT_WAITING, key + ": nobody told its caller anything");
            case Answer.CALLING -> broken++; // The callers' program ended before the answer.
            default -> judgeAnswer(key, answer, runs);
        }
    }

    private void judgeAnswer(String key, Answer answer, List<Execution> runs) {
        if (answer.succeeded()) {
            answered++;
            judgeResult(key, answer, runs);
        } else if (answer.refused()) {
            refused++;
            if (!runs.isEmpty()) {
                breach.accept(Breach.REFUSED_BUT_RUN, key + ": refused with " + answer.status() + ", and it ran");
            }
        } else {
            failed++;
        }
    }

    private void judgeResult(String key, Answer answer, List<Execution> runs) {
        Execution given = runs.stream()
                .filter(run -> run.completed() && run.run().equals(answer.run()))
                .findFirst()
                .orElse(null);
        if (given == null || !given.id().equals(answer.requestId())) {
            breach.accept(
                    Breach.RESULT_OF_NO_RUN,
                    key + ": answered with run '" + answer.run() + "' of request '" + answer.requestId()
                            + "', of which nothing came to its end");
            return;
        }
        Ended end = ended.get(answer.requestId());
        if (end == null || (end.status().equals("SUCCEEDED") && end.run().equals(answer.run()))) {
            return; // One that has not ended is lost, and told as that.
        }
        if (wasItsWorkerHit(given)) {
            toldOnly++;
        } else {
            breach.accept(
                    Breach.ENDED_OTHERWISE,
                    end.id() + " (" + key + "): its caller was told the result, the record says " + end.status() + " "
                            + end.errorType());
        }
    }

    private boolean wasItsWorkerHit(Execution run) {
        return evidence.faults().stream().anyMatch(fault -> hit(fault, run));
    }

    private static boolean hit(FaultNote fault, Execution run) {
        return fault.touches() == Touches.WORKER
                && fault.pid() == run.worker()
                && fault.until() >= run.start()
                && fault.from() <= run.end() + NOTED_MS;
    }
}
