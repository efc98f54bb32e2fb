package dev.millrace.kafka.registry;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.NamespaceDefinition;
import dev.millrace.contract.NamespaceLimits;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The registry at one moment. Immutable. */
public final class RegistryView {

    static final RegistryView EMPTY = new RegistryView(
            0, null, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new HashMap<>(), new TreeMap<>());

    /** The first name a trigger can have, by order. */
    private static final String FIRST_NAME = "A";

    private final long revision;
    private final @Nullable Installation installation;
    private final Map<String, NamespaceDefinition> namespaces;
    private final NavigableMap<FunctionRef, FunctionDefinition> functions;
    private final NavigableMap<TriggerRef, TriggerDefinition> triggers;
    private final Map<Integer, TriggerDefinition> byNumber;
    private final NavigableMap<Integer, RetiredTrigger> retired;

    private RegistryView(
            long revision,
            @Nullable Installation installation,
            Map<String, NamespaceDefinition> namespaces,
            NavigableMap<FunctionRef, FunctionDefinition> functions,
            NavigableMap<TriggerRef, TriggerDefinition> triggers,
            Map<Integer, TriggerDefinition> byNumber,
            NavigableMap<Integer, RetiredTrigger> retired) {
        this.revision = revision;
        this.installation = installation;
        this.namespaces = namespaces;
        this.functions = functions;
        this.triggers = triggers;
        this.byNumber = byNumber;
        this.retired = retired;
    }

    /** What follows when these changes are made, in this order. */
    RegistryView with(List<RegistryChange> changes, long newRevision) {
        if (changes.isEmpty()) {
            return new RegistryView(newRevision, installation, namespaces, functions, triggers, byNumber, retired);
        }
        Installation nowInstalled = installation;
        Map<String, NamespaceDefinition> nowNamespaces = new TreeMap<>(namespaces);
        NavigableMap<FunctionRef, FunctionDefinition> nowFunctions = new TreeMap<>(functions);
        NavigableMap<TriggerRef, TriggerDefinition> nowTriggers = new TreeMap<>(triggers);
        NavigableMap<Integer, RetiredTrigger> nowRetired = new TreeMap<>(retired);
        for (RegistryChange change : changes) {
            switch (change) {
                case RegistryChange.Installed(Installation next) -> nowInstalled = next;
                case RegistryChange.NamespacePut(NamespaceDefinition namespace) ->
                    nowNamespaces.put(namespace.name(), namespace);
                case RegistryChange.FunctionPut(FunctionDefinition function) ->
                    nowFunctions.put(function.ref(), function);
                case RegistryChange.FunctionRemoved(FunctionRef ref) -> nowFunctions.remove(ref);
                case RegistryChange.TriggerPut(TriggerDefinition trigger) -> nowTriggers.put(trigger.ref(), trigger);
                case RegistryChange.TriggerRemoved(TriggerRef ref) -> nowTriggers.remove(ref);
                case RegistryChange.TriggerRetired(RetiredTrigger trigger) -> nowRetired.put(trigger.number(), trigger);
            }
        }
        Map<Integer, TriggerDefinition> numbers = new HashMap<>();
        nowTriggers.values().forEach(trigger -> numbers.put(trigger.number(), trigger));
        return new RegistryView(
                newRevision, nowInstalled, nowNamespaces, nowFunctions, nowTriggers, numbers, nowRetired);
    }

    /** Whether this is the state in which these changes have been made and nothing they touched was changed again. */
    boolean shows(List<RegistryChange> changes) {
        return changes.stream().allMatch(change -> switch (change) {
            // Another writer that draws a number leaves the very same settings: it may have been that one. A number
            // drawn
            // in vain is a hole, one drawn by two would be two triggers in one topic.
            case RegistryChange.Installed ignored -> false;
            case RegistryChange.NamespacePut(NamespaceDefinition namespace) ->
                namespace.equals(namespaces.get(namespace.name()));
            case RegistryChange.FunctionPut(FunctionDefinition function) ->
                function.equals(functions.get(function.ref()));
            case RegistryChange.FunctionRemoved(FunctionRef ref) -> !functions.containsKey(ref);
            case RegistryChange.TriggerPut(TriggerDefinition trigger) -> trigger.equals(triggers.get(trigger.ref()));
            case RegistryChange.TriggerRemoved(TriggerRef ref) -> !triggers.containsKey(ref);
            case RegistryChange.TriggerRetired(RetiredTrigger trigger) -> trigger.equals(retired.get(trigger.number()));
        });
    }

    /** Which moment: raised by every change; {@link Registry#await} takes it. */
    public long revision() {
        return revision;
    }

    /** Empty until the first dispatcher has started. */
    public Optional<Installation> installation() {
        return Optional.ofNullable(installation);
    }

    /** What was said of this namespace; every namespace exists, of most nothing was. */
    public Optional<NamespaceDefinition> namespace(String name) {
        return Optional.ofNullable(namespaces.get(name));
    }

    /** What the functions of this namespace share, {@link NamespaceLimits#NONE} if nothing was said. */
    public NamespaceLimits limitsOf(String namespace) {
        NamespaceDefinition said = namespaces.get(namespace);
        return said == null ? NamespaceLimits.NONE : said.limits();
    }

    /** The function of this name. */
    public Optional<FunctionDefinition> function(FunctionRef ref) {
        return Optional.ofNullable(functions.get(ref));
    }

    /** All functions, by name. */
    public Collection<FunctionDefinition> functions() {
        return Collections.unmodifiableCollection(functions.values());
    }

    /** The functions of one namespace, by name. */
    public List<FunctionDefinition> functions(String namespace) {
        return functions.values().stream()
                .filter(function -> function.ref().namespace().equals(namespace))
                .toList();
    }

    /** The trigger of this name. */
    public Optional<TriggerDefinition> trigger(TriggerRef ref) {
        return Optional.ofNullable(triggers.get(ref));
    }

    /** The trigger with this number, unless it was deleted. */
    public Optional<TriggerDefinition> trigger(int number) {
        return Optional.ofNullable(byNumber.get(number));
    }

    /** The deleted trigger that had this number. */
    public Optional<RetiredTrigger> retired(int number) {
        return Optional.ofNullable(retired.get(number));
    }

    /** All deleted triggers, by number. */
    public Collection<RetiredTrigger> retired() {
        return Collections.unmodifiableCollection(retired.values());
    }

    /** All triggers, by function and name. */
    public Collection<TriggerDefinition> triggers() {
        return Collections.unmodifiableCollection(triggers.values());
    }

    /** The triggers of one function, by name. */
    public List<TriggerDefinition> triggersOf(FunctionRef function) {
        return triggers.tailMap(new TriggerRef(function, FIRST_NAME), true).values().stream()
                .takeWhile(trigger -> trigger.ref().function().equals(function))
                .toList();
    }

    /** The triggers of all functions of a namespace, by function and name. */
    public List<TriggerDefinition> triggersIn(String namespace) {
        return triggers.values().stream()
                .filter(trigger -> trigger.ref().function().namespace().equals(namespace))
                .toList();
    }

    /** Where the package with this content lies, when some function uses it. */
    public Optional<CodeRef> code(String sha256) {
        return functions.values().stream()
                .map(FunctionDefinition::code)
                .filter(Objects::nonNull)
                .filter(code -> code.sha256().equals(sha256))
                .findFirst();
    }

    /** Names and counts, for logs. */
    @Override
    public String toString() {
        return "RegistryView[revision=" + revision + ", functions=" + functions.size() + ", triggers=" + triggers.size()
                + "]";
    }
}
