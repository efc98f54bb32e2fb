package dev.millrace.contract;

/**
 * A trigger as the registry holds it.
 *
 * @param ref its full name
 * @param number given once, never reused; part of every request ID
 * @param spec what its owner said
 * @param enabled whether adapters bring events
 * @param paused whether what was accepted waits instead of being run
 * @param partitions partitions of its topic
 * @param revision raised by one with every change
 * @param createdAt epoch milliseconds
 * @param modifiedAt epoch milliseconds
 */
public record TriggerDefinition(
        TriggerRef ref,
        int number,
        TriggerSpec spec,
        boolean enabled,
        boolean paused,
        int partitions,
        long revision,
        long createdAt,
        long modifiedAt) {

    /** One that is not paused. */
    public TriggerDefinition(
            TriggerRef ref,
            int number,
            TriggerSpec spec,
            boolean enabled,
            int partitions,
            long revision,
            long createdAt,
            long modifiedAt) {
        this(ref, number, spec, enabled, false, partitions, revision, createdAt, modifiedAt);
    }

    public TriggerDefinition {
        if (number < 1
                || number > EventAddress.MAX_TRIGGER
                || partitions < 1
                || partitions > EventAddress.FIRST_OF_CALLS) {
            throw new IllegalArgumentException(
                    "trigger " + ref + " has number " + number + ", partitions " + partitions);
        }
    }
}
