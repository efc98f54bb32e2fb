package dev.millrace.worker.delay;

import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerType;

/** What a trigger is at the moment one of its events is due. */
public sealed interface Destination {

    /** It exists, and its topic has so many partitions. */
    record Present(int partitions) implements Destination {}

    /** It was deleted; this is what it was. */
    record Deleted(TriggerRef ref, TriggerType type) implements Destination {}

    /** Nobody has ever heard of it, or not yet. */
    record Unknown() implements Destination {}
}
