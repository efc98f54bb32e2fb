package dev.millrace.worker.report;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.DeadLetterTarget;
import dev.millrace.contract.Destinations;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.TriggerRef;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.fate.History;
import dev.millrace.worker.report.Consequence.Buried;
import dev.millrace.worker.report.Consequence.Exported;
import dev.millrace.worker.report.Consequence.NextAttempt;
import dev.millrace.worker.report.Consequence.Passed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What follows from an outcome: decided here alone, for outcomes that are new and for those that a worker left behind.
 * Thread-safe.
 */
public final class Consequences {

    private static final AttemptError UNKNOWN =
            new AttemptError(500, "InternalError", "the outcome does not say why it failed", "");

    private final Function<FunctionRef, Destinations> destinations;
    private final Function<EventAddress, String> requestIds;
    private final DestinationEvents events;

    /** Decides for functions of whose ends nobody is told. */
    public Consequences() {
        this(function -> Destinations.NONE, EventAddress::toString);
    }

    /**
     * Decides for these functions.
     *
     * @param destinations whom a function tells of its ends, as it is defined now
     * @param requestIds the outside form of an address
     */
    public Consequences(Function<FunctionRef, Destinations> destinations, Function<EventAddress, String> requestIds) {
        this.destinations = destinations;
        this.requestIds = requestIds;
        this.events = new DestinationEvents(requestIds);
    }

    /**
     * What follows.
     *
     * @param delivery the delivery that ended with it
     * @param outcome as it is in the outcome log
     */
    public List<Consequence> of(Delivery delivery, Outcome outcome) {
        return switch (outcome.status()) {
            case RETRYING -> List.of(nextAttempt(delivery, outcome));
            case FAILED, EXPIRED, DEAD -> givenUp(delivery, outcome);
            case SUCCEEDED -> succeeded(delivery, outcome);
            case QUEUED, RUNNING, CANCELLED, DUPLICATE -> List.of();
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

    private List<Consequence> succeeded(Delivery delivery, Outcome outcome) {
        FunctionRef told = destinations.apply(delivery.function()).onSuccess();
        return told == null || isAtTheEnd(delivery)
                ? List.of()
                : List.of(passed(delivery, outcome, api(told), "dest:", events.end(delivery, outcome)));
    }

    /** The dead letter is kept first: whatever becomes of those who are told, the event is not lost. */
    private List<Consequence> givenUp(Delivery delivery, Outcome outcome) {
        Buried buried = buried(delivery, outcome);
        Destinations whom = destinations.apply(delivery.function());
        if (whom.equals(Destinations.NONE) || isAtTheEnd(delivery)) {
            return List.of(buried);
        }
        List<Consequence> all = new ArrayList<>(List.of(buried));
        switch (whom.deadLetter()) {
            case DeadLetterTarget.OfFunction(FunctionRef function) ->
                all.add(passed(delivery, outcome, api(function), "dead:", events.deadLetter(delivery, outcome)));
            case DeadLetterTarget.OfTrigger(TriggerRef trigger) ->
                all.add(passed(delivery, outcome, trigger, "dead:", events.deadLetter(delivery, outcome)));
            case DeadLetterTarget.OfKafka(String topic) ->
                all.add(new Exported(
                        topic, requestIds.apply(delivery.address()), events.deadLetter(delivery, outcome)));
            case null -> {}
        }
        FunctionRef told = whom.onFailure();
        if (told != null) {
            all.add(passed(delivery, outcome, api(told), "dest:", events.end(delivery, outcome)));
        }
        return all;
    }

    /** What has been passed on too often already is passed on no more. */
    private static boolean isAtTheEnd(Delivery delivery) {
        return delivery.header().hops() >= Destinations.MAX_HOPS;
    }

    private static TriggerRef api(FunctionRef function) {
        return new TriggerRef(function, TriggerRef.API);
    }

    /** Everything in it follows from the outcome, so that told twice it is the same event. */
    private static Passed passed(Delivery delivery, Outcome outcome, TriggerRef to, String as, byte[] event) {
        EventHeader header = new EventHeader(
                outcome.endedAt(),
                1,
                0,
                0,
                0,
                null,
                as + delivery.address(),
                null,
                delivery.header().hops() + 1,
                List.of());
        return new Passed(to, header, event);
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
