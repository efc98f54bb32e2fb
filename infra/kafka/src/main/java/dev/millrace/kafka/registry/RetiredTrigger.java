package dev.millrace.kafka.registry;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.contract.TriggerType;

/**
 * A trigger that was deleted: enough to tell whose an old request ID is, and where events may still lie.
 *
 * @param number never given to another trigger
 * @param ref the name it had
 * @param type what kind it was
 * @param partitions partitions of its topic
 * @param retiredAt epoch milliseconds
 * @param drained whether nothing waits in its topic any more, so that the topic goes
 */
public record RetiredTrigger(
        int number, TriggerRef ref, TriggerType type, int partitions, long retiredAt, boolean drained) {

    public RetiredTrigger {
        if (number < 1 || number > EventAddress.MAX_TRIGGER || partitions < 1 || retiredAt < 0) {
            throw new IllegalArgumentException("not a retired trigger: " + ref + ", number " + number);
        }
    }

    /** The same, in whose topic nothing waits any more. */
    RetiredTrigger afterDraining() {
        return new RetiredTrigger(number, ref, type, partitions, retiredAt, true);
    }

    /** As a definition that brings nothing new, for those who see what still waits to its end. */
    public TriggerDefinition definition() {
        return new TriggerDefinition(
                ref, number, new TriggerSpec.Deleted(type), false, partitions, 1, retiredAt, retiredAt);
    }
}
