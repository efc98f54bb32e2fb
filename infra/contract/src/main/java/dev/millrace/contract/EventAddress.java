package dev.millrace.contract;

/**
 * Where an event lies: the identity of an invocation inside Millrace. {@link RequestId} is its outside form.
 *
 * <p>The event of a synchronous call lies in the requests topic, which belongs to no trigger. Its address names the
 * trigger of the function that is called and, from {@link #FIRST_OF_CALLS} on, the partition of the requests topic, so that
 * function, namespace and outcome partition follow from it as from any other. {@link Topics#placeOf} tells the topic.
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

    /** From here on a partition is one of the requests topic; no trigger's topic has so many. */
    public static final int FIRST_OF_CALLS = 1 << 13;

    /** Largest offset: 48 bits, 281 million million events in one partition. */
    public static final long MAX_OFFSET = (1L << 48) - 1;

    public EventAddress {
        if (!isValid(trigger, partition, offset)) {
            throw new IllegalArgumentException(
                    "no event can lie at trigger " + trigger + ", partition " + partition + ", offset " + offset);
        }
    }

    /**
     * The address of a synchronous call.
     *
     * @param trigger number of the trigger {@link TriggerRef#API} of the function that is called
     * @param requestPartition partition of the requests topic
     */
    public static EventAddress ofCall(int trigger, int requestPartition, long offset) {
        if (requestPartition < 0 || requestPartition > MAX_PARTITION - FIRST_OF_CALLS) {
            throw new IllegalArgumentException("no partition of the requests topic: " + requestPartition);
        }
        return new EventAddress(trigger, FIRST_OF_CALLS + requestPartition, offset);
    }

    /** Whether it is a synchronous call, whose event lies in the requests topic. */
    public boolean isCall() {
        return partition >= FIRST_OF_CALLS;
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
