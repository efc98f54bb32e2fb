package dev.millrace.contract;

/**
 * What Millrace knows of a synchronous call beside its event: the one binary header of a record in the requests topic.
 *
 * @param trigger number of the trigger {@link TriggerRef#API} of the function that is called
 * @param acceptedAt epoch milliseconds, where the call was accepted
 * @param deadline epoch milliseconds until which somebody waits for its end; it is not begun much later
 * @param lease the lease of the worker that is to run it; whoever holds another one does not run it
 * @param revision of the registry that the caller's dispatcher had seen: it is run as what the function was then or later
 * @param correlation what its reply is known by
 * @param replyPartition partition of the replies topic that its dispatcher reads
 * @param tail whether the end of the log is wanted with the reply
 */
public record CallHeader(
        int trigger,
        long acceptedAt,
        long deadline,
        long lease,
        long revision,
        Correlation correlation,
        int replyPartition,
        boolean tail) {

    /** Name of the Kafka record header. */
    public static final String KEY = "c";

    public CallHeader {
        if (trigger < 1 || trigger > EventAddress.MAX_TRIGGER) {
            throw new IllegalArgumentException("no trigger has the number " + trigger);
        }
        if (acceptedAt < 0
                || acceptedAt > EventHeader.MAX_TIME
                || deadline < acceptedAt
                || deadline > EventHeader.MAX_TIME
                || lease < 0
                || revision < 0) {
            throw new IllegalArgumentException("a call of trigger " + trigger + " has a number out of range");
        }
        if (replyPartition < 0 || replyPartition >= Topics.REPLY_PARTITIONS) {
            throw new IllegalArgumentException("replies have no partition " + replyPartition);
        }
    }
}
