package dev.millrace.kafka.registry;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.DeadLetterTarget;
import dev.millrace.contract.Destinations;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.InvalidDefinitionException;
import dev.millrace.contract.Mistake;
import dev.millrace.contract.NamespaceDefinition;
import dev.millrace.contract.NamespaceLimits;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.TopicAdmin;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the registry, any number of processes at once, each change whole or not at all and against the state it was
 * checked against. When a method returns, the registry of this process shows the change. Thread-safe; blocks.
 *
 * <p>Every method throws {@link KafkaUnavailableException} when Kafka does not let it finish.
 */
public final class RegistryWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RegistryWriter.class);

    private final TopicAdmin topics;
    private final Registry registry;
    private final ChangePlanner planner;
    private final Fence fence;

    public RegistryWriter(KafkaSettings settings, TopicAdmin topics, Registry registry, InstantSource clock) {
        this.topics = topics;
        this.registry = registry;
        this.planner = new ChangePlanner(clock);
        this.fence = new Fence(settings, registry);
    }

    /** The installation's own settings, created if this is the first process ever. */
    public Installation installation() {
        return fence.write(planner::installation);
    }

    /**
     * Says what the functions of a namespace share. What holds already is not written again.
     *
     * @throws RevisionConflictException when the present state is not as expected
     */
    public NamespaceDefinition putNamespace(String name, NamespaceLimits limits, Expected expected)
            throws RevisionConflictException {
        return fence.<NamespaceDefinition, RevisionConflictException, RuntimeException, RuntimeException>write(
                state -> planner.putNamespace(state, name, limits, expected));
    }

    /**
     * Creates or replaces a function. A new one gets its {@code api} trigger, whose topic is there before the function
     * is. A definition that changes nothing writes nothing and keeps its revision.
     *
     * @param code {@code null} when embedding programs bring the handler
     * @throws InvalidDefinitionException when what it names does not exist, it would pass events on to itself, or its limit
     *     is above that of its namespace
     * @throws RevisionConflictException when the present state is not as expected
     */
    public FunctionDefinition putFunction(FunctionSpec spec, @Nullable CodeRef code, Expected expected)
            throws InvalidDefinitionException, RevisionConflictException {
        FunctionWish wish = new FunctionWish(spec, code, expected);
        Optional<FunctionDefinition> present = put(wish, ChangePlanner.NO_NUMBER);
        if (present.isPresent()) {
            return present.get();
        }
        int number = newNumber(new TriggerSpec.Api().partitions());
        try {
            return put(wish, number).orElseThrow();
        } finally {
            dropUnlessUsed(number);
        }
    }

    /** What speaks against these destinations of a function, as everything is now. */
    public List<Mistake> mistakesIn(FunctionRef function, Destinations destinations) {
        List<Mistake> mistakes = new ArrayList<>(DestinationRules.against(function, destinations, registry.view()));
        if (destinations.deadLetter() instanceof DeadLetterTarget.OfKafka(String topic)) {
            topics.reasonAgainst(topic).ifPresent(why -> mistakes.add(new Mistake("deadLetter.kafka.topic", why)));
        }
        return mistakes;
    }

    /**
     * Deletes a function and its triggers; {@code false} when there was none. Events that wait in its topics end as
     * DEAD, then the topics go.
     *
     * @throws RevisionConflictException when the present state is not as expected
     */
    public boolean deleteFunction(FunctionRef ref, Expected expected) throws RevisionConflictException {
        return fence.<Boolean, RevisionConflictException, RuntimeException, RuntimeException>write(
                state -> planner.deleteFunction(state, ref, expected));
    }

    /**
     * Creates or replaces a trigger. Its topic is there before it is. A definition that changes nothing writes nothing.
     *
     * @throws NoSuchFunctionException when its function does not exist
     * @throws InvalidDefinitionException when it collides with another trigger, or its kind with the one it replaces
     * @throws RevisionConflictException when the present state is not as expected
     */
    public TriggerDefinition putTrigger(TriggerRef ref, TriggerSpec spec, boolean enabled, Expected expected)
            throws NoSuchFunctionException, InvalidDefinitionException, RevisionConflictException {
        TriggerWish wish = new TriggerWish(ref, spec, enabled, expected);
        Optional<TriggerDefinition> present = put(wish, ChangePlanner.NO_NUMBER);
        if (present.isPresent()) {
            return present.get();
        }
        int number = newNumber(spec.partitions());
        try {
            return put(wish, number).orElseThrow();
        } finally {
            dropUnlessUsed(number);
        }
    }

    /**
     * Pauses a trigger, or lets it go on: while it is paused events are accepted and wait. Nothing is written when it is so
     * already; empty when there is no such trigger.
     */
    public Optional<TriggerDefinition> pauseTrigger(TriggerRef ref, boolean paused) {
        return fence.write(state -> planner.pauseTrigger(state, ref, paused));
    }

    /**
     * Deletes a trigger; {@code false} when there was none. Events that wait in its topic end as DEAD, then it goes.
     *
     * @throws InvalidDefinitionException for the {@code api} trigger, which goes with its function only
     * @throws RevisionConflictException when the present state is not as expected
     */
    public boolean deleteTrigger(TriggerRef ref, Expected expected)
            throws InvalidDefinitionException, RevisionConflictException {
        return fence.<Boolean, InvalidDefinitionException, RevisionConflictException, RuntimeException>write(
                state -> planner.deleteTrigger(state, ref, expected));
    }

    /** Says that nothing waits any more in the topic of a trigger that was deleted; {@code false} when that was known. */
    public boolean drained(int retiredTrigger) {
        return fence.write(state -> planner.drained(state, retiredTrigger));
    }

    /** Gives up the right to write; another process takes it when it needs it, with or without this. */
    @Override
    public void close() {
        fence.close();
    }

    private Optional<FunctionDefinition> put(FunctionWish wish, int number)
            throws InvalidDefinitionException, RevisionConflictException {
        return fence
                .<Optional<FunctionDefinition>, InvalidDefinitionException, RevisionConflictException, RuntimeException>
                        write(state -> planner.putFunction(state, wish, number));
    }

    private Optional<TriggerDefinition> put(TriggerWish wish, int number)
            throws NoSuchFunctionException, InvalidDefinitionException, RevisionConflictException {
        return fence
                .<Optional<TriggerDefinition>, NoSuchFunctionException, InvalidDefinitionException,
                        RevisionConflictException>
                        write(state -> planner.putTrigger(state, wish, number));
    }

    /** A number of its own, and the topic to it. Nobody else is ever given the number, whatever happens next. */
    private int newNumber(int partitions) {
        int number = fence.write(planner::number);
        topics.createTriggerTopic(number, partitions);
        return number;
    }

    /** When somebody else made the trigger first, or the wish is refused now: nobody heard of the topic, it is empty. */
    private void dropUnlessUsed(int number) {
        try {
            boolean used = fence.write(state -> Plan.nothing(
                    state.trigger(number).isPresent() || state.retired(number).isPresent()));
            if (!used) {
                topics.deleteTriggerTopic(number);
            }
        } catch (KafkaUnavailableException e) {
            LOG.warn("The topic of trigger number {} may not be needed and stays, empty: {}", number, e.getMessage());
        }
    }
}
