package dev.millrace.dispatcher.audit;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Status;
import java.util.List;
import java.util.Map;

/**
 * The books of one trigger, as far as its events are looked at.
 *
 * @param accepted events that the broker has taken
 * @param ended by the status of the first terminal outcome
 * @param open accepted, not ended, and found where somebody will take them up
 * @param lost accepted, not ended, and nowhere to be found
 * @param strangers outcomes of events that were never accepted
 * @param repeated terminal outcomes of events that had ended before; they count for nothing
 * @param redis what Redis makes of it
 * @param examples some of the lost ones and of those that Redis lacks
 */
public record Account(
        long accepted,
        Map<Status, Long> ended,
        long open,
        long lost,
        long strangers,
        long repeated,
        InRedis redis,
        List<EventAddress> examples) {

    public Account {
        ended = Map.copyOf(ended);
        examples = List.copyOf(examples);
    }

    /**
     * The same in Redis.
     *
     * @param missing results that it ought to have and does not
     * @param other results that it has with another status
     * @param counted terminal outcomes that the recorders have counted, repeated ones included
     * @param miscounted by how much that differs from the outcome log, where the two can be compared
     */
    public record InRedis(long missing, long other, Map<Status, Long> counted, long miscounted) {

        static final InRedis NOTHING_WRONG = new InRedis(0, 0, Map.of(), 0);

        public InRedis {
            counted = Map.copyOf(counted);
        }
    }

    /** How many ended with this status. */
    public long ended(Status status) {
        return ended.getOrDefault(status, 0L);
    }

    /** What does not come out even; 0 when the books are right. */
    public long drift() {
        return lost + strangers + redis.missing() + redis.other() + redis.miscounted();
    }

    Account with(InRedis found, List<EventAddress> more) {
        return new Account(
                accepted,
                ended,
                open,
                lost,
                strangers,
                repeated,
                found,
                java.util.stream.Stream.concat(examples.stream(), more.stream())
                        .distinct()
                        .limit(Ledger.EXAMPLES)
                        .toList());
    }
}
