package dev.millrace.worker.consume;

/**
 * One assignment of one partition to this worker. The same partition assigned again is another lane, so that what
 * belongs to the earlier assignment cannot be mistaken for the present one.
 *
 * @param topic topic of the partition
 * @param partition its number in the topic
 * @param epoch counts this worker's assignments, never repeated within a process
 */
public record LaneId(String topic, int partition, long epoch) {

    /** For logs, such as {@code millrace.t.00000h-3#12}. */
    @Override
    public String toString() {
        return topic + "-" + partition + "#" + epoch;
    }
}
