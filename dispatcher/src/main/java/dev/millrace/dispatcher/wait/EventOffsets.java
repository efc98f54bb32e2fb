package dev.millrace.dispatcher.wait;

/**
 * What Kafka knew about an event's partition, and about the partition of the outcome log that its outcome comes by. To
 * be asked before Redis is, so that what Redis does not have then is not merely late.
 *
 * @param begin the first event that is still kept
 * @param end follows the last event
 * @param committed every event before it has an outcome in the outcome log
 * @param outcomesEnd follows the last record of the outcome partition; asked after {@code committed}
 */
public record EventOffsets(long begin, long end, long committed, long outcomesEnd) {}
