package dev.millrace.kafka.queue;

import java.util.Map;

/**
 * How many events of one queue are accepted and have not ended.
 *
 * @param queued in the trigger's own topic, those that run included
 * @param resting in delay topics, until they are due
 * @param restingSince epoch milliseconds at which the oldest of the resting ones was accepted; 0 when not known
 * @param done how many events of its topic were ever done
 * @param firstOpen the first offset that is not done, of each partition that has any
 */
public record QueueDepth(long queued, long resting, long restingSince, long done, Map<Integer, Long> firstOpen) {

    public QueueDepth {
        firstOpen = Map.copyOf(firstOpen);
    }

    /** All of them. */
    public long total() {
        return queued + resting;
    }
}
