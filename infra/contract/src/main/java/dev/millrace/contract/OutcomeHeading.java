package dev.millrace.contract;

/**
 * What the outcomes of one pack have in common: the lane the events came from and whose they are. Names are kept with
 * the outcome, so that a result can be read after its function was deleted.
 *
 * @param trigger number of the trigger
 * @param partition partition of the trigger's topic
 * @param ref the trigger and its function
 * @param type what kind of trigger it is
 */
public record OutcomeHeading(int trigger, int partition, TriggerRef ref, TriggerType type) {

    public OutcomeHeading {
        if (!EventAddress.isValid(trigger, partition, 0)) {
            throw new IllegalArgumentException("no lane: trigger " + trigger + ", partition " + partition);
        }
    }
}
