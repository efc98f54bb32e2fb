package dev.millrace.kafka.registry;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.InvalidDefinitionException;
import dev.millrace.contract.Mistake;
import dev.millrace.contract.NamespaceDefinition;
import dev.millrace.contract.NamespaceLimits;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What has to be written so that a wish is fulfilled, given the present state: the registry's rules. Pure but for the
 * clock and the random key.
 */
final class ChangePlanner {

    /** Stands for "no trigger number has been drawn": what needs one is not planned, and the answer is empty. */
    static final int NO_NUMBER = 0;

    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    ChangePlanner(InstantSource clock) {
        this.clock = clock;
    }

    /** The installation, made if there is none. */
    Plan<Installation> installation(RegistryView state) {
        return state.installation().map(Plan::nothing).orElseGet(() -> {
            Installation created = newInstallation();
            return new Plan<>(List.of(new RegistryChange.Installed(created)), created);
        });
    }

    /** Draws the next trigger number. */
    Plan<Integer> number(RegistryView state) {
        Installation installation = state.installation().orElseGet(this::newInstallation);
        return new Plan<>(
                List.of(new RegistryChange.Installed(installation.afterOneMoreTrigger())), installation.nextTrigger());
    }

    Plan<NamespaceDefinition> putNamespace(RegistryView state, String name, NamespaceLimits limits, Expected expected)
            throws RevisionConflictException {
        Optional<NamespaceDefinition> found = state.namespace(name);
        check("the namespace " + name, expected, found.map(NamespaceDefinition::revision));
        if (found.isPresent() && found.get().limits().equals(limits)) {
            return Plan.nothing(found.get());
        }
        long now = clock.millis();
        NamespaceDefinition changed = new NamespaceDefinition(
                name,
                limits,
                found.map(NamespaceDefinition::revision).orElse(0L) + 1,
                found.map(NamespaceDefinition::createdAt).orElse(now),
                now);
        return new Plan<>(List.of(new RegistryChange.NamespacePut(changed)), changed);
    }

    /** @param number for the {@code api} trigger of a function that does not exist yet */
    Plan<Optional<FunctionDefinition>> putFunction(RegistryView state, FunctionWish wish, int number)
            throws InvalidDefinitionException, RevisionConflictException {
        FunctionRef ref = wish.spec().ref();
        Optional<FunctionDefinition> found = state.function(ref);
        check("the function " + ref, wish.expected(), found.map(FunctionDefinition::revision));
        List<Mistake> mistakes = DestinationRules.against(ref, wish.spec().destinations(), state);
        if (!mistakes.isEmpty()) {
            throw new InvalidDefinitionException(mistakes);
        }
        if (found.isPresent()
                && found.get().spec().equals(wish.spec())
                && sameContent(found.get().code(), wish.code())) {
            return Plan.nothing(found);
        }
        checkLimit(state, wish);
        if (found.isEmpty()) {
            return number == NO_NUMBER ? Plan.nothing(found) : newFunction(wish, number);
        }
        FunctionDefinition present = found.get();
        FunctionDefinition changed = new FunctionDefinition(
                wish.spec(),
                wish.code(),
                FunctionDefinition.LATEST,
                present.revision() + 1,
                present.createdAt(),
                clock.millis());
        return new Plan<>(List.of(new RegistryChange.FunctionPut(changed)), Optional.of(changed));
    }

    Plan<Boolean> deleteFunction(RegistryView state, FunctionRef ref, Expected expected)
            throws RevisionConflictException {
        Optional<FunctionDefinition> present = state.function(ref);
        check("the function " + ref, expected, present.map(FunctionDefinition::revision));
        if (present.isEmpty()) {
            return Plan.nothing(false);
        }
        List<RegistryChange> changes = new ArrayList<>();
        state.triggersOf(ref).forEach(trigger -> changes.addAll(removal(trigger)));
        changes.add(new RegistryChange.FunctionRemoved(ref));
        return new Plan<>(changes, true);
    }

    /** @param number for a trigger that does not exist yet */
    Plan<Optional<TriggerDefinition>> putTrigger(RegistryView state, TriggerWish wish, int number)
            throws NoSuchFunctionException, InvalidDefinitionException, RevisionConflictException {
        TriggerRef ref = wish.ref();
        if (state.function(ref.function()).isEmpty()) {
            throw new NoSuchFunctionException(ref.function());
        }
        Optional<TriggerDefinition> found = state.trigger(ref);
        check("the trigger " + ref, wish.expected(), found.map(TriggerDefinition::revision));
        checkKind(wish, found);
        if (wish.enabled() && wish.spec() instanceof TriggerSpec.Cos rule) {
            Optional<Mistake> conflict = CosRules.against(ref, rule, state.triggers());
            if (conflict.isPresent()) {
                throw new InvalidDefinitionException(List.of(conflict.get()));
            }
        }
        if (found.isEmpty()) {
            return number == NO_NUMBER ? Plan.nothing(found) : newTrigger(wish, number);
        }
        TriggerDefinition present = found.get();
        if (present.spec().equals(wish.spec()) && present.enabled() == wish.enabled()) {
            return Plan.nothing(found);
        }
        TriggerDefinition changed = new TriggerDefinition(
                ref,
                present.number(),
                wish.spec(),
                wish.enabled(),
                present.paused(),
                present.partitions(),
                present.revision() + 1,
                present.createdAt(),
                clock.millis());
        return new Plan<>(List.of(new RegistryChange.TriggerPut(changed)), Optional.of(changed));
    }

    /** Empty when there is no such trigger. */
    Plan<Optional<TriggerDefinition>> pauseTrigger(RegistryView state, TriggerRef ref, boolean paused) {
        Optional<TriggerDefinition> found = state.trigger(ref);
        if (found.isEmpty() || found.get().paused() == paused) {
            return Plan.nothing(found);
        }
        TriggerDefinition present = found.get();
        TriggerDefinition changed = new TriggerDefinition(
                ref,
                present.number(),
                present.spec(),
                present.enabled(),
                paused,
                present.partitions(),
                present.revision() + 1,
                present.createdAt(),
                clock.millis());
        return new Plan<>(List.of(new RegistryChange.TriggerPut(changed)), Optional.of(changed));
    }

    Plan<Boolean> deleteTrigger(RegistryView state, TriggerRef ref, Expected expected)
            throws InvalidDefinitionException, RevisionConflictException {
        Optional<TriggerDefinition> present = state.trigger(ref);
        check("the trigger " + ref, expected, present.map(TriggerDefinition::revision));
        if (present.isEmpty()) {
            return Plan.nothing(false);
        }
        if (present.get().spec() instanceof TriggerSpec.Api) {
            throw mistaken("the api trigger of a function goes with the function only");
        }
        return new Plan<>(removal(present.get()), true);
    }

    /** Nothing waits any more in the topic of a trigger that was deleted. */
    Plan<Boolean> drained(RegistryView state, int number) {
        return state.retired(number)
                .filter(retired -> !retired.drained())
                .map(retired -> new Plan<>(List.of(new RegistryChange.TriggerRetired(retired.afterDraining())), true))
                .orElseGet(() -> Plan.nothing(false));
    }

    private Installation newInstallation() {
        byte[] key = new byte[RequestIdCodec.KEY_BYTES];
        random.nextBytes(key);
        return new Installation(key, 1, clock.millis());
    }

    private Plan<Optional<FunctionDefinition>> newFunction(FunctionWish wish, int number) {
        long now = clock.millis();
        FunctionDefinition function =
                new FunctionDefinition(wish.spec(), wish.code(), FunctionDefinition.LATEST, 1, now, now);
        TriggerSpec api = new TriggerSpec.Api();
        TriggerDefinition trigger = new TriggerDefinition(
                new TriggerRef(wish.spec().ref(), TriggerRef.API), number, api, true, api.partitions(), 1, now, now);
        return new Plan<>(
                List.of(new RegistryChange.TriggerPut(trigger), new RegistryChange.FunctionPut(function)),
                Optional.of(function));
    }

    private Plan<Optional<TriggerDefinition>> newTrigger(TriggerWish wish, int number) {
        long now = clock.millis();
        TriggerDefinition trigger = new TriggerDefinition(
                wish.ref(), number, wish.spec(), wish.enabled(), wish.spec().partitions(), 1, now, now);
        return new Plan<>(List.of(new RegistryChange.TriggerPut(trigger)), Optional.of(trigger));
    }

    private List<RegistryChange> removal(TriggerDefinition trigger) {
        RetiredTrigger retired = new RetiredTrigger(
                trigger.number(), trigger.ref(), trigger.spec().type(), trigger.partitions(), clock.millis(), false);
        return List.of(new RegistryChange.TriggerRemoved(trigger.ref()), new RegistryChange.TriggerRetired(retired));
    }

    private static void checkKind(TriggerWish wish, Optional<TriggerDefinition> found)
            throws InvalidDefinitionException {
        if (found.isEmpty() && wish.spec() instanceof TriggerSpec.Api) {
            throw mistaken("a function has its api trigger from the start and no other of that type");
        }
        if (found.isPresent() && found.get().spec().type() != wish.spec().type()) {
            throw mistaken("is " + found.get().spec().type().text()
                    + " and stays so; delete the trigger to make another one of its name");
        }
    }

    /** A function that was there before its namespace had a limit goes on under both. */
    private static void checkLimit(RegistryView state, FunctionWish wish) throws InvalidDefinitionException {
        int most = state.limitsOf(wish.spec().ref().namespace()).concurrency();
        if (most != NamespaceLimits.UNLIMITED && wish.spec().concurrency() > most) {
            throw new InvalidDefinitionException(List.of(new Mistake(
                    "concurrency",
                    "is " + wish.spec().concurrency() + ", above that of the namespace "
                            + wish.spec().ref().namespace() + ", " + most)));
        }
    }

    private static InvalidDefinitionException mistaken(String text) {
        return new InvalidDefinitionException(List.of(new Mistake("type", text)));
    }

    private static void check(String what, Expected expected, Optional<Long> revision)
            throws RevisionConflictException {
        long present = revision.orElse(0L);
        if (!expected.isMetBy(present)) {
            throw new RevisionConflictException(what, expected, present);
        }
    }

    /** The same package may lie at two places when two dispatchers stored it at once. */
    private static boolean sameContent(@Nullable CodeRef one, @Nullable CodeRef other) {
        if (one == null || other == null) {
            return Objects.equals(one, other);
        }
        return one.sha256().equals(other.sha256()) && one.length() == other.length();
    }
}
