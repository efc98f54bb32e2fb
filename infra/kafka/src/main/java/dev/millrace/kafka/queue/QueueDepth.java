package dev.millrace.kafka.queue;

/**
 * How many events of one queue are accepted and have not ended.
 *
 * @param queued in the trigger's own topic, those that run included
 * @param resting in delay topics, until they are due
 */
public record QueueDepth(long queued, long resting) {

    /** All of them. */
    public long total() {
        return queued + resting;
    }
}
