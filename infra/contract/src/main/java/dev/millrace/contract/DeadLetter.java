package dev.millrace.contract;

/**
 * An invocation that was given up, as the topic of dead letters keeps it beside the event itself. An invocation leaves
 * one at most.
 *
 * @param address the invocation
 * @param trigger its trigger and function, by the names they had
 * @param type kind of the trigger
 * @param reason {@link Status#FAILED}, {@link Status#EXPIRED} or {@link Status#DEAD}: its terminal status
 * @param error why, in the end
 * @param attempts how often it was tried, whatever the header's history still holds
 * @param deadAt epoch milliseconds
 */
public record DeadLetter(
        EventAddress address,
        TriggerRef trigger,
        TriggerType type,
        Status reason,
        AttemptError error,
        int attempts,
        long deadAt) {

    public DeadLetter {
        if (!leavesOne(reason)) {
            throw new IllegalArgumentException("an invocation that ended as " + reason + " leaves no dead letter");
        }
        if (attempts < 0 || attempts > EventHeader.MAX_ATTEMPT || deadAt < 0 || deadAt > EventHeader.MAX_TIME) {
            throw new IllegalArgumentException("the dead letter of " + address + " has a number out of range");
        }
    }

    /** Whether an invocation that ended like this leaves a dead letter. */
    public static boolean leavesOne(Status end) {
        return switch (end) {
            case FAILED, EXPIRED, DEAD -> true;
            case QUEUED, RUNNING, RETRYING, SUCCEEDED, CANCELLED, DUPLICATE -> false;
        };
    }
}
