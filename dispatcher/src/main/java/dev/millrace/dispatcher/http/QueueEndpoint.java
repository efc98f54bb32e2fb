package dev.millrace.dispatcher.http;

import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryView;
import dev.millrace.program.Json;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The queues of triggers, idle ones included, and the number that an autoscaler goes by. */
final class QueueEndpoint {

    private final Registry registry;
    private final Queues queues;
    private final Scaling scaling;
    private final ToIntFunction<TriggerDefinition> limits;
    private final InstantSource clock;

    /** @param limits how many events each queue may hold */
    QueueEndpoint(Registry registry, Queues queues, ToIntFunction<TriggerDefinition> limits, InstantSource clock) {
        this.registry = registry;
        this.queues = queues;
        this.scaling = new Scaling(queues);
        this.limits = limits;
        this.clock = clock;
    }

    void list(Context context) {
        Query.of(context);
        Optional<String> namespace = Names.namespace(context);
        RegistryView view = registry.view();
        List<TriggerDefinition> triggers = view.triggers().stream()
                .filter(trigger -> namespace.isEmpty()
                        || namespace.get().equals(trigger.ref().function().namespace()))
                .sorted(Comparator.comparing(TriggerDefinition::ref))
                .toList();
        List<ObjectNode> items = new ArrayList<>();
        queues.of(triggers, view).forEach((trigger, state) -> items.add(json(trigger, state)));
        context.json(Json.list(items, null));
    }

    /** How much of one function's backlog could run now. */
    void scaling(Context context) {
        Query.of(context);
        RegistryView view = registry.view();
        FunctionDefinition function = Names.function(context, view);
        context.json(json(scaling.of(function.ref().toString(), List.of(function), view)));
    }

    /** The same of all functions, or those of a namespace: workers run them all. */
    void scalingOfAll(Context context) {
        Query.of(context);
        Optional<String> namespace = Names.namespace(context);
        RegistryView view = registry.view();
        List<FunctionDefinition> functions = view.functions().stream()
                .filter(function -> namespace.isEmpty()
                        || namespace.get().equals(function.ref().namespace()))
                .toList();
        context.json(json(scaling.of(namespace.map(name -> name + "/").orElse("/"), functions, view)));
    }

    private static ObjectNode json(Scaling.Signal signal) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("backlog", signal.backlog());
        json.put("running", signal.running());
        json.put("depth", signal.depth());
        json.put("delayed", signal.delayed());
        if (signal.secondsToDrain().isPresent()) {
            json.put("secondsToDrain", signal.secondsToDrain().getAsDouble());
        } else {
            json.putNull("secondsToDrain");
        }
        return json;
    }

    private ObjectNode json(TriggerDefinition trigger, QueueState state) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("function", trigger.ref().function().name());
        json.put("namespace", trigger.ref().function().namespace());
        json.put("trigger", trigger.ref().name());
        json.put("depth", state.depth());
        json.put("running", state.running());
        json.put("delayed", state.resting());
        if (state.oldestAcceptedAt() == 0) {
            json.putNull("oldestAgeMs");
        } else {
            json.put("oldestAgeMs", Math.max(0, clock.millis() - state.oldestAcceptedAt()));
        }
        json.put("waitingFor", state.waitingFor());
        json.put("paused", state.paused());
        json.put("limit", limits.applyAsInt(trigger));
        return json;
    }
}
