package dev.millrace.worker.report;

import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.EventHeader;

/**
 * Something that follows from an outcome and has to be stored in Kafka before the delivery is done. It follows from the
 * outcome alone, so that whoever finds an outcome in the log whose delivery was not committed can carry it out again:
 * storing one twice does no harm. Immutable.
 */
public sealed interface Consequence {

    /**
     * The event is run once more.
     *
     * @param header with its attempt, its history, where it was first stored, and not before when it is run
     * @param event its bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // Events are passed through by reference.
    record NextAttempt(EventHeader header, byte[] event) implements Consequence {}

    /**
     * The invocation was given up, and is kept with its event until somebody sees to it.
     *
     * @param header what came with the event, its history complete as far as a header can hold it
     * @param event its bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // Events are passed through by reference.
    record Buried(DeadLetter letter, EventHeader header, byte[] event) implements Consequence {}
}
