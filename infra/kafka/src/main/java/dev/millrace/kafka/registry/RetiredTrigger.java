package dev.millrace.kafka.registry;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerType;

/**
 * A trigger that was deleted: enough to tell whose an old request ID is, and where events may still lie.
 *
 * @param number never given to another trigger
 * @param ref the name it had
 * @param type what kind it was
 * @param partitions partitions of its topic
 * @param retiredAt epoch milliseconds
 */
public record RetiredTrigger(int number, TriggerRef ref, TriggerType type, int partitions, long retiredAt) {

    public RetiredTrigger {
        if (number < 1 || number > EventAddress.MAX_TRIGGER || partitions < 1 || retiredAt < 0) {
            throw new IllegalArgumentException("not a retired trigger: " + ref + ", number " + number);
        }
    }
}
