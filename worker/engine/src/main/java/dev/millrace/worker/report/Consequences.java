package dev.millrace.worker.report;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.Outcome;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.fate.History;
import dev.millrace.worker.report.Consequence.Buried;
import dev.millrace.worker.report.Consequence.NextAttempt;
import java.util.List;

/**
 * What follows from an outcome: decided here alone, for outcomes that are new and for those that a worker left behind.
 * Thread-safe.
 */
public final class Consequences {

    private static final AttemptError UNKNOWN =
            new AttemptError(500, "InternalError", "the outcome does not say why it failed", "");

    /**
     * What follows.
     *
     * @param delivery the delivery that ended with it
     * @param outcome as it is in the outcome log
     */
    public List<Consequence> of(Delivery delivery, Outcome outcome) {
        return switch (outcome.status()) {
            case RETRYING -> List.of(nextAttempt(delivery, outcome));
            case FAILED, EXPIRED, DEAD -> List.of(buried(delivery, outcome));
            case QUEUED, RUNNING, SUCCEEDED, CANCELLED, DUPLICATE -> List.of();
        };
    }

    /** The same event, with what has happened to it, to be tried when the outcome says. */
    private static NextAttempt nextAttempt(Delivery delivery, Outcome outcome) {
        EventHeader header = delivery.header();
        List<Attempt> attempts = outcome.attempts();
        boolean tried = !attempts.isEmpty() && attempts.getLast().number() == header.attempt();
        EventHeader next = new EventHeader(
                header.acceptedAt(),
                tried ? header.attempt() + 1 : header.attempt(),
                header.crashes(),
                header.expiresAt(),
                outcome.notBefore(),
                delivery.address(),
                header.dedupKey(),
                header.replayOf(),
                header.hops(),
                History.carried(attempts));
        return new NextAttempt(next, delivery.event());
    }

    private static Buried buried(Delivery delivery, Outcome outcome) {
        List<Attempt> attempts = outcome.attempts();
        AttemptError error = outcome.error();
        DeadLetter letter = new DeadLetter(
                delivery.address(),
                delivery.trigger().ref(),
                delivery.trigger().spec().type(),
                outcome.status(),
                error == null ? UNKNOWN : error,
                attempts.isEmpty() ? 0 : attempts.getLast().number(),
                outcome.endedAt());
        int beyond = Math.max(0, attempts.size() - EventHeader.MAX_HISTORY);
        return new Buried(
                letter, withHistory(delivery.header(), attempts.subList(beyond, attempts.size())), delivery.event());
    }

    private static EventHeader withHistory(EventHeader header, List<Attempt> history) {
        return new EventHeader(
                header.acceptedAt(),
                header.attempt(),
                header.crashes(),
                header.expiresAt(),
                header.notBefore(),
                header.origin(),
                header.dedupKey(),
                header.replayOf(),
                header.hops(),
                history);
    }
}
