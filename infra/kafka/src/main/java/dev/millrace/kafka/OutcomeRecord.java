package dev.millrace.kafka;

/**
 * One record of the outcome log.
 *
 * @param pack the bytes of an {@link dev.millrace.contract.OutcomePack}, unchecked: what comes from a topic is input
 */
@SuppressWarnings("ArrayRecordComponent") // Handed through to one reader.
public record OutcomeRecord(int partition, long offset, byte[] pack) {}
