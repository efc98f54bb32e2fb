package dev.millrace.kafka.registry;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The registry at one moment. Immutable. */
@SuppressWarnings("DoNotCallSuggester")
public final class RegistryView {

    private RegistryView() {}

    /** Which moment: raised by every change; {@link Registry#await} takes it. */
    public long revision() {
        throw new UnsupportedOperationException();
    }

    /** Empty until the first dispatcher has started. */
    public Optional<Installation> installation() {
        throw new UnsupportedOperationException();
    }

    public Optional<FunctionDefinition> function(FunctionRef ref) {
        throw new UnsupportedOperationException();
    }

    /** All functions, by name. */
    public Collection<FunctionDefinition> functions() {
        throw new UnsupportedOperationException();
    }

    /** The functions of one namespace, by name. */
    public List<FunctionDefinition> functions(String namespace) {
        throw new UnsupportedOperationException();
    }

    public Optional<TriggerDefinition> trigger(TriggerRef ref) {
        throw new UnsupportedOperationException();
    }

    /** The trigger with this number, unless it was deleted. */
    public Optional<TriggerDefinition> trigger(int number) {
        throw new UnsupportedOperationException();
    }

    /** The deleted trigger that had this number. */
    public Optional<RetiredTrigger> retired(int number) {
        throw new UnsupportedOperationException();
    }

    /** All deleted triggers. */
    public Collection<RetiredTrigger> retired() {
        throw new UnsupportedOperationException();
    }

    /** All triggers, by name. */
    public Collection<TriggerDefinition> triggers() {
        throw new UnsupportedOperationException();
    }

    /** The triggers of one function, by name. */
    public List<TriggerDefinition> triggersOf(FunctionRef function) {
        throw new UnsupportedOperationException();
    }

    /** Where the package with this content lies, when some function uses it. */
    public Optional<CodeRef> code(String sha256) {
        throw new UnsupportedOperationException();
    }
}
