package dev.millrace.kafka.registry;

import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.NamespaceDefinition;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;

/** One record of the registry's topic. */
sealed interface RegistryChange {

    record Installed(Installation installation) implements RegistryChange {}

    record NamespacePut(NamespaceDefinition namespace) implements RegistryChange {}

    record FunctionPut(FunctionDefinition function) implements RegistryChange {}

    record FunctionRemoved(FunctionRef ref) implements RegistryChange {}

    record TriggerPut(TriggerDefinition trigger) implements RegistryChange {}

    record TriggerRemoved(TriggerRef ref) implements RegistryChange {}

    /** What stays of a trigger that was removed. */
    record TriggerRetired(RetiredTrigger trigger) implements RegistryChange {}
}
