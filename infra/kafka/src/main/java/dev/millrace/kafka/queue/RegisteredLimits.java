package dev.millrace.kafka.queue;

import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.registry.Registry;
import java.util.function.ToIntFunction;

/**
 * How many events each queue may hold: what its function's definition says, else what the installation does. A change of
 * the definition counts as soon as the registry's view has it. Thread-safe.
 */
public final class RegisteredLimits implements ToIntFunction<TriggerDefinition> {

    private final Registry registry;
    private final int installation;

    /** @param installation the limit of queues whose functions say nothing */
    public RegisteredLimits(Registry registry, int installation) {
        this.registry = registry;
        this.installation = installation;
    }

    @Override
    public int applyAsInt(TriggerDefinition trigger) {
        return registry.view()
                .function(trigger.ref().function())
                .map(function -> function.spec().queue().limitOr(installation))
                .orElse(installation);
    }
}
