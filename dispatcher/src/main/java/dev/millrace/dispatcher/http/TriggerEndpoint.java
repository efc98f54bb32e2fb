package dev.millrace.dispatcher.http;

import dev.millrace.contract.InvalidDefinitionException;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.contract.TriggerSpecJson;
import dev.millrace.kafka.registry.NoSuchFunctionException;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryView;
import dev.millrace.kafka.registry.RegistryWriter;
import dev.millrace.kafka.registry.RevisionConflictException;
import dev.millrace.program.Json;
import dev.millrace.program.Problem;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Triggers of a function: create, replace, look at, remove; and when a timer fires next. */
final class TriggerEndpoint {

    /** Largest definition: a timer's message of 4 KB, and names. */
    static final long MAX_REQUEST = 64 * 1024;

    private final Registry registry;
    private final RegistryWriter writer;
    private final Topics topics;
    private final InstantSource clock;

    TriggerEndpoint(Registry registry, RegistryWriter writer, Topics topics, InstantSource clock) {
        this.registry = registry;
        this.writer = writer;
        this.topics = topics;
        this.clock = clock;
    }

    void put(Context context) {
        Query.of(context);
        TriggerRef ref = Names.triggerRef(context, registry.view());
        boolean existed = registry.view().trigger(ref).isPresent();
        JsonNode json = Json.body(context);
        JsonNode name = json.get("name");
        if (name != null && !(name.isString() && name.stringValue().equals(ref.name()))) {
            throw Problem.malformed("name is " + name + ", but the path says " + ref.name())
                    .exception();
        }
        try {
            TriggerSpecJson.Read read = TriggerSpecJson.read(json, clock.instant());
            TriggerDefinition trigger = writer.putTrigger(ref, read.spec(), read.enabled(), Preconditions.of(context));
            context.status(existed ? 200 : 201);
            context.header("Location", FunctionEndpoint.location(ref.function()) + "/triggers/" + ref.name());
            answer(context, trigger);
        } catch (InvalidDefinitionException e) {
            throw FunctionUpload.invalid(e.mistakes());
        } catch (NoSuchFunctionException e) {
            throw Names.noFunction(ref.function(), registry.view());
        } catch (RevisionConflictException e) {
            throw Preconditions.conflict(e);
        }
    }

    void get(Context context) {
        Query.of(context);
        answer(context, Names.trigger(context, registry.view()));
    }

    void list(Context context) {
        Query.of(context);
        RegistryView view = registry.view();
        List<TriggerDefinition> triggers =
                view.triggersOf(Names.function(context, view).ref());
        context.json(Json.list(
                triggers.stream()
                        .map(trigger -> TriggerJson.of(trigger, topics))
                        .toList(),
                null));
    }

    void delete(Context context) {
        Query.of(context);
        TriggerRef ref = Names.triggerRef(context, registry.view());
        try {
            if (!writer.deleteTrigger(ref, Preconditions.of(context))) {
                throw Names.noTrigger(ref, registry.view());
            }
        } catch (InvalidDefinitionException e) {
            throw FunctionUpload.invalid(e.mistakes());
        } catch (RevisionConflictException e) {
            throw Preconditions.conflict(e);
        }
        context.status(204);
    }

    void pause(Context context) {
        paused(context, true);
    }

    void resume(Context context) {
        paused(context, false);
    }

    private void paused(Context context, boolean paused) {
        Query.of(context);
        TriggerRef ref = Names.triggerRef(context, registry.view());
        answer(context, writer.pauseTrigger(ref, paused).orElseThrow(() -> Names.noTrigger(ref, registry.view())));
    }

    /** The next ticks of a timer. */
    void next(Context context) {
        Query query = Query.of(context, "count");
        int count = query.number("count", 5, 1, 100);
        TriggerDefinition trigger = Names.trigger(context, registry.view());
        if (!(trigger.spec() instanceof TriggerSpec.Timer timer)) {
            throw Problem.malformed("trigger " + trigger.ref().name() + " is of type "
                            + trigger.spec().type().text() + "; only a timer has next ticks")
                    .exception();
        }
        List<String> ticks = timer.schedule().nextAfter(clock.instant(), count).stream()
                .map(Timestamps::of)
                .toList();
        context.json(Json.list(ticks, null));
    }

    private void answer(Context context, TriggerDefinition trigger) {
        context.header("ETag", "\"" + trigger.revision() + "\"");
        context.json(TriggerJson.of(trigger, topics));
    }
}
