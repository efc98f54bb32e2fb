package dev.millrace.chaos.check;

import java.util.List;
import java.util.Map;

/**
 * What the checker found. Lists name what is wrong, each entry with its request ID or key and the reason.
 *
 * @param events keys that were sent
 * @param accepted requests that clients hold a 202 for
 * @param refused keys that were refused
 * @param unknown keys whose sender never learned their fate
 * @param statuses how many ended how
 * @param lost accepted, and no terminal state
 * @param endedOtherwise a terminal state that the event does not lead to
 * @param secondOutcomes a terminal state that changed
 * @param refusedButRun refused, and executed all the same
 * @param resultOfNoRun a success whose result no completed run has given
 * @param unexplainedRuns run more often than it has attempts, and no fault touched it
 * @param repeated requests of which a run was broken off by a fault and begun again
 * @param runTwice requests that came to an end more often than they have attempts
 * @param givenUp requests given up after they had met three dying workers
 * @param booksDrift what {@code audit} says; empty when the books balance or the server keeps none
 * @param recovery from the death or pause of a worker to the new start of what it ran
 * @param recoveryByFault the same by kind of fault
 * @param startDelay from acceptance to first start
 * @param standstill by kind of fault, the longest time around each fault in which nothing started
 */
public record Verdict(
        int events,
        int accepted,
        int refused,
        int unknown,
        Map<String, Integer> statuses,
        List<String> lost,
        List<String> endedOtherwise,
        List<String> secondOutcomes,
        List<String> refusedButRun,
        List<String> resultOfNoRun,
        List<String> unexplainedRuns,
        int repeated,
        int runTwice,
        int givenUp,
        List<String> booksDrift,
        Quantiles recovery,
        Map<String, Quantiles> recoveryByFault,
        Quantiles startDelay,
        Map<String, Quantiles> standstill) {

    public Verdict {
        statuses = Map.copyOf(statuses);
        lost = List.copyOf(lost);
        endedOtherwise = List.copyOf(endedOtherwise);
        secondOutcomes = List.copyOf(secondOutcomes);
        refusedButRun = List.copyOf(refusedButRun);
        resultOfNoRun = List.copyOf(resultOfNoRun);
        unexplainedRuns = List.copyOf(unexplainedRuns);
        booksDrift = List.copyOf(booksDrift);
        recoveryByFault = Map.copyOf(recoveryByFault);
        standstill = Map.copyOf(standstill);
    }

    /** The same with the lost ones told in other words. */
    Verdict withLost(List<String> told) {
        return new Verdict(
                events,
                accepted,
                refused,
                unknown,
                statuses,
                told,
                endedOtherwise,
                secondOutcomes,
                refusedButRun,
                resultOfNoRun,
                unexplainedRuns,
                repeated,
                runTwice,
                givenUp,
                booksDrift,
                recovery,
                recoveryByFault,
                startDelay,
                standstill);
    }

    /** Whether every promise was kept. */
    public boolean holds() {
        return lost.isEmpty()
                && endedOtherwise.isEmpty()
                && secondOutcomes.isEmpty()
                && refusedButRun.isEmpty()
                && resultOfNoRun.isEmpty()
                && unexplainedRuns.isEmpty()
                && booksDrift.isEmpty();
    }
}
