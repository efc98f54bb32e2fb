package dev.millrace.worker;

import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.registry.RegistryView;
import dev.millrace.kafka.registry.RetiredTrigger;
import dev.millrace.worker.execute.Runners;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which topics this worker reads: those of the functions it can run. Says once what it leaves, and why. Thread-safe. */
final class Subscriptions implements Supplier<Map<String, TriggerDefinition>> {

    private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);

    private final Topics topics;
    private final Supplier<RegistryView> registry;
    private final Runners runners;
    private final Set<FunctionRef> handlers;
    /** What was said last about a function, so that it is said once. */
    private final Map<FunctionRef, String> said = new ConcurrentHashMap<>();

    Subscriptions(Topics topics, Supplier<RegistryView> registry, Runners runners, Set<FunctionRef> handlers) {
        this.topics = topics;
        this.registry = registry;
        this.runners = runners;
        this.handlers = handlers;
    }

    @Override
    public Map<String, TriggerDefinition> get() {
        RegistryView view = registry.get();
        Map<String, TriggerDefinition> taken = new HashMap<>();
        for (TriggerDefinition trigger : view.triggers()) {
            Optional<FunctionDefinition> function = view.function(trigger.ref().function());
            if (function.isPresent() && isTaken(function.get())) {
                taken.put(topics.trigger(trigger.number()), trigger);
            }
        }
        // What waits for a trigger that was deleted ends as DEAD; any worker can see to that.
        for (RetiredTrigger retired : view.retired()) {
            if (!retired.drained()) {
                taken.put(topics.trigger(retired.number()), retired.definition());
            }
        }
        warnOfHandlersWithoutFunction(view);
        return taken;
    }

    private boolean isTaken(FunctionDefinition function) {
        Optional<String> reason = runners.reasonToLeave(function);
        if (reason.isEmpty()) {
            said.remove(function.ref());
            return true;
        }
        if (!reason.get().equals(said.put(function.ref(), reason.get()))) {
            log.info("function {} is left to other workers: {}", function.ref(), reason.get());
        }
        return false;
    }

    private void warnOfHandlersWithoutFunction(RegistryView view) {
        for (FunctionRef ref : handlers) {
            Optional<FunctionDefinition> function = view.function(ref);
            String trouble = function.isEmpty()
                    ? "is not defined: PUT /v1/namespaces/" + ref.namespace() + "/functions/" + ref.name()
                            + " with its definition as JSON, without code"
                    : function.get().isEmbedded()
                            ? ""
                            : "was deployed with code, which is what runs: delete it and define it without code, or"
                                    + " register the handler under another name";
            if (!trouble.isEmpty() && !trouble.equals(said.put(ref, trouble))) {
                log.warn("the handler registered for function {} gets no events: the function {}", ref, trouble);
            }
        }
    }
}
