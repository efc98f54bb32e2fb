package dev.millrace.kafka.registry;

import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;

/** A trigger as its owner wants it to be. */
record TriggerWish(TriggerRef ref, TriggerSpec spec, boolean enabled, Expected expected) {}
