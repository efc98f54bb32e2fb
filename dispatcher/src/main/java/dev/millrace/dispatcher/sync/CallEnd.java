package dev.millrace.dispatcher.sync;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;
import org.jspecify.annotations.Nullable;

/** How a synchronous call ended for its caller. */
public sealed interface CallEnd {

    /** A worker has brought it to its outcome, be it a failure, or a refusal for want of a permit. */
    record Ended(OutcomeHeading heading, Outcome outcome) implements CallEnd {}

    /** The worker that was to run it is gone. It may have run; nobody runs it again. */
    record WorkerLost(EventAddress address) implements CallEnd {}

    /**
     * The caller's time is over; the run goes on.
     *
     * @param address {@code null} when Kafka has not told whether it has the call
     */
    record WaitOver(@Nullable EventAddress address) implements CallEnd {}

    /** No worker that lives can run this function. Nothing was accepted. */
    record NoWorker() implements CallEnd {}

    /** Kafka did not store the call; it will not run. */
    record NotStored(String reason) implements CallEnd {}
}
