package dev.millrace.kafka;

import dev.millrace.contract.EventHeader;

/** What lies at an event's address. */
public sealed interface StoredEvent {

    /** The event as it was received. */
    @SuppressWarnings("ArrayRecordComponent") // Handed through to one reader.
    record Found(EventHeader header, byte[] event) implements StoredEvent {}

    /** A record that no publisher of ours wrote: its header is missing or malformed. The bytes are kept. */
    @SuppressWarnings("ArrayRecordComponent") // Handed through to one reader.
    record Unreadable(String reason, byte[] event) implements StoredEvent {}

    /** Beyond retention, or its topic was deleted. */
    record Gone() implements StoredEvent {}

    /** Nothing has been stored there yet. */
    record NotYet() implements StoredEvent {}
}
