package dev.millrace.worker.report;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.Status;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.report.Consequence.NextAttempt;
import java.util.List;

/**
 * What follows from an outcome: decided here alone, for outcomes that are new and for those that a worker left behind.
 * Thread-safe.
 */
public final class Consequences {

    /**
     * What follows.
     *
     * @param delivery the delivery that ended with it
     * @param outcome as it is in the outcome log
     */
    public List<Consequence> of(Delivery delivery, Outcome outcome) {
        return outcome.status() == Status.RETRYING ? List.of(nextAttempt(delivery, outcome)) : List.of();
    }

    private static NextAttempt nextAttempt(Delivery delivery, Outcome outcome) {
        EventHeader header = delivery.header();
        List<Attempt> attempts = outcome.attempts();
        boolean tried = !attempts.isEmpty() && attempts.getLast().number() == header.attempt();
        EventHeader next = new EventHeader(
                header.acceptedAt(),
                tried ? header.attempt() + 1 : header.attempt(),
                header.crashes(),
                header.expiresAt(),
                attempts.isEmpty() ? header.notBefore() : attempts.getLast().nextTryAt(),
                delivery.address(),
                header.dedupKey(),
                header.replayOf(),
                header.hops(),
                attempts);
        return new NextAttempt(next, delivery.event());
    }
}
