package dev.millrace.contract;

/**
 * Where an event lies: the identity of an invocation inside Millrace. {@link RequestId} is its outside form.
 *
 * @param trigger number of the trigger whose topic holds the event; never reused, 1 to {@link #MAX_TRIGGER}
 * @param partition partition of that topic
 * @param offset offset in that partition
 */
public record EventAddress(int trigger, int partition, long offset) implements Comparable<EventAddress> {

    /** Largest trigger number: 28 bits. */
    public static final int MAX_TRIGGER = (1 << 28) - 1;

    /** Largest partition: 14 bits. */
    public static final int MAX_PARTITION = (1 << 14) - 1;

    /** Largest offset: 48 bits, 281 million million events in one partition. */
    public static final long MAX_OFFSET = (1L << 48) - 1;

    public EventAddress {
        if (!isValid(trigger, partition, offset)) {
            throw new IllegalArgumentException(
                    "no event can lie at trigger " + trigger + ", partition " + partition + ", offset " + offset);
        }
    }

    /** Whether the three numbers are within their ranges. */
    public static boolean isValid(long trigger, long partition, long offset) {
        return trigger >= 1
                && trigger <= MAX_TRIGGER
                && partition >= 0
                && partition <= MAX_PARTITION
                && offset >= 0
                && offset <= MAX_OFFSET;
    }

    @Override
    public int compareTo(EventAddress other) {
        int byTrigger = Integer.compare(trigger, other.trigger);
        if (byTrigger != 0) {
            return byTrigger;
        }
        int byPartition = Integer.compare(partition, other.partition);
        return byPartition != 0 ? byPartition : Long.compare(offset, other.offset);
    }

    /** For logs of Millrace itself, such as {@code 17/3@4711}. Users see a {@link RequestId}. */
    @Override
    public String toString() {
        return trigger + "/" + partition + "@" + offset;
    }
}
