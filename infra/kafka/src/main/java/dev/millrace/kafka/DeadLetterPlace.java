package dev.millrace.kafka;

/**
 * Where a dead letter lies in the topic of dead letters.
 *
 * @param partition partition of the topic
 * @param offset offset in it
 */
public record DeadLetterPlace(int partition, long offset) {}
