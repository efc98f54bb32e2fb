package dev.millrace.kafka;

import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.EventHeader;
import java.util.Optional;

/**
 * A dead letter with its event.
 *
 * @param letter what is known of it
 * @param header what came with the event; empty when it could not be read, which may be why it was given up
 * @param event its bytes, as they were received
 */
@SuppressWarnings("ArrayRecordComponent") // Handed through to one reader.
public record StoredDeadLetter(DeadLetter letter, Optional<EventHeader> header, byte[] event) {}
