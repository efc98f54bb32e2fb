package dev.millrace.kafka.registry;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.InvalidDefinitionException;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.TopicAdmin;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Changes the registry, any number of processes at once, each change whole or not at all and against the state it was
 * checked against. When a method returns, the registry of this process shows the change. Thread-safe; blocks.
 *
 * <p>Every method throws {@link dev.millrace.kafka.KafkaUnavailableException} when Kafka does not let it finish.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class RegistryWriter implements AutoCloseable {

    public RegistryWriter(KafkaSettings settings, TopicAdmin topics, Registry registry, InstantSource clock) {}

    /** The installation's own settings, created if this is the first process ever. */
    public Installation installation() {
        throw new UnsupportedOperationException();
    }

    /**
     * Creates or replaces a function. A new one gets its {@code api} trigger, whose topic is there before the function
     * is. A definition that changes nothing writes nothing and keeps its revision.
     *
     * @param code {@code null} when embedding programs bring the handler
     */
    public FunctionDefinition putFunction(FunctionSpec spec, @Nullable CodeRef code, Expected expected)
            throws RevisionConflictException {
        throw new UnsupportedOperationException();
    }

    /** Deletes a function and its triggers; {@code false} when there was none. */
    public boolean deleteFunction(FunctionRef ref, Expected expected) throws RevisionConflictException {
        throw new UnsupportedOperationException();
    }

    /**
     * Creates or replaces a trigger. Its topic is there before it is. A definition that changes nothing writes nothing.
     *
     * @throws InvalidDefinitionException when it collides with another trigger, or its kind with the one it replaces
     */
    public TriggerDefinition putTrigger(TriggerRef ref, TriggerSpec spec, boolean enabled, Expected expected)
            throws NoSuchFunctionException, InvalidDefinitionException, RevisionConflictException {
        throw new UnsupportedOperationException();
    }

    /**
     * Deletes a trigger; {@code false} when there was none. Events that wait in its topic are not touched.
     *
     * @throws InvalidDefinitionException for the {@code api} trigger, which goes with its function only
     */
    public boolean deleteTrigger(TriggerRef ref, Expected expected)
            throws InvalidDefinitionException, RevisionConflictException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
