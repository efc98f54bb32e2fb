package dev.millrace.trigger.timer;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.RequestId;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.program.Problem;
import dev.millrace.program.Route;
import dev.millrace.program.Routes;
import dev.millrace.trigger.intake.Intake;
import dev.millrace.trigger.intake.Refusals;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Fires a timer once, now, whatever its schedule says: what {@code millrace trigger fire} asks for. */
final class FireRoute implements Routes {

    private final Registry registry;
    private final Intake intake;
    private final InstantSource clock;

    FireRoute(Registry registry, Intake intake, InstantSource clock) {
        this.registry = registry;
        this.intake = intake;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post("/v1/functions/{function}/triggers/{trigger}/fire", 0, this::fire),
                Route.post("/v1/namespaces/{namespace}/functions/{function}/triggers/{trigger}/fire", 0, this::fire));
    }

    private void fire(Context context) {
        String namespace = context.pathParamMap().getOrDefault("namespace", FunctionRef.DEFAULT_NAMESPACE);
        String function = context.pathParam("function");
        String name = context.pathParam("trigger");
        TriggerDefinition trigger = find(namespace, function, name);
        if (!(trigger.spec() instanceof TriggerSpec.Timer timer)) {
            throw Problem.of(
                            409,
                            "not-a-timer",
                            "Only timers can be fired",
                            trigger.ref() + " is of type "
                                    + trigger.spec().type().text()
                                    + "; emit an event of its kind instead, such as millrace emit cos")
                    .exception();
        }
        Instant now = clock.instant();
        RequestId id = Refusals.orProblem(() -> intake.accept(trigger, TimerEvent.of(trigger, timer, now), null));
        context.status(202).header("Location", "/v1/invocations/" + id).json(Map.of("requestId", id.toString()));
    }

    private TriggerDefinition find(String namespace, String function, String name) {
        if (FunctionRef.isNamespace(namespace) && FunctionRef.isName(function) && TriggerRef.isName(name)) {
            TriggerRef ref = new TriggerRef(new FunctionRef(namespace, function), name);
            return registry.view().trigger(ref).orElseThrow(() -> unknown(function, name));
        }
        throw unknown(function, name);
    }

    private static RuntimeException unknown(String function, String name) {
        return Problem.notFound("function " + function + " has no trigger " + name)
                .exception();
    }
}
