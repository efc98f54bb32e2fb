package dev.millrace.worker.report;

import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.TriggerRef;

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

    /**
     * A function is told of the end by an event of its own. Told twice, its dedup key lets it run once.
     *
     * @param trigger in whose queue it is put
     * @param header of the new event
     * @param event its bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // Events are passed through by reference.
    record Passed(TriggerRef trigger, EventHeader header, byte[] event) implements Consequence {}

    /**
     * Somebody who reads a topic that is none of ours is told of the end, more than once maybe.
     *
     * @param topic the topic
     * @param requestId the invocation, which becomes the record's key
     * @param event the record's value
     */
    @SuppressWarnings("ArrayRecordComponent") // Events are passed through by reference.
    record Exported(String topic, String requestId, byte[] event) implements Consequence {}
}
