package dev.millrace.dispatcher.audit;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Status;
import java.util.List;
import java.util.Map;

/**
 * The books of one trigger, as far as its events are retained.
 *
 * @param accepted events that the broker has taken
 * @param ended by the status of the first terminal outcome
 * @param open accepted, not ended, and found where somebody will take them up
 * @param lost accepted, not ended, and nowhere to be found
 * @param strangers outcomes of events that were never accepted
 * @param notInRedis results that Redis ought to have and does not
 * @param otherInRedis results that Redis has with another status
 * @param examples some of the lost ones and of those that Redis lacks
 */
public record Account(
        long accepted,
        Map<Status, Long> ended,
        long open,
        long lost,
        long strangers,
        long notInRedis,
        long otherInRedis,
        List<EventAddress> examples) {

    public Account {
        ended = Map.copyOf(ended);
        examples = List.copyOf(examples);
    }

    /** How many ended with this status. */
    public long ended(Status status) {
        return ended.getOrDefault(status, 0L);
    }

    /** What does not come out even; 0 when the books are right. */
    public long drift() {
        return lost + strangers + notInRedis + otherInRedis;
    }
}
