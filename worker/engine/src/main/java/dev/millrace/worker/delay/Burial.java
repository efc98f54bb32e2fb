package dev.millrace.worker.delay;

import dev.millrace.contract.EventHeader;
import dev.millrace.kafka.Stored;

/** What is done with an event whose trigger was deleted while it rested. */
@FunctionalInterface
public interface Burial {

    /**
     * Records that the event is DEAD; tells once what became of that, on any thread.
     *
     * @param header with its origin
     */
    void bury(Destination.Deleted trigger, EventHeader header, byte[] event, Stored stored);
}
