package dev.millrace.trigger.cos;

import dev.millrace.contract.RequestId;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.program.Health;
import dev.millrace.program.Json;
import dev.millrace.program.Problem;
import dev.millrace.program.Route;
import dev.millrace.trigger.intake.Intake;
import dev.millrace.trigger.intake.Refusals;
import dev.millrace.trigger.intake.TriggerAdapter;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Takes the notifications that an object store sends over HTTP and hands each matching record to the triggers it
 * concerns. Answers 200 only when every matching event is stored; a store that sends the notification again after
 * anything else causes no second execution where its records tell themselves apart.
 */
public final class CosAdapter implements TriggerAdapter {

    private static final long MOST_BYTES = 1024 * 1024;

    private final Registry registry;
    private final Intake intake;
    private final Counter unwatched;

    public CosAdapter(Registry registry, Intake intake, MeterRegistry meters) {
        this.registry = registry;
        this.intake = intake;
        this.unwatched = Counter.builder("millrace.cos.unwatched")
                .description("records of notifications that concern no trigger")
                .register(meters);
    }

    @Override
    public String name() {
        return "cos";
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.post("/v1/cos/notifications", MOST_BYTES, this::notified));
    }

    @Override
    public void start() {
        // Notifications come by the listener; there is nothing of its own to watch.
    }

    @Override
    public String state() {
        return Health.OK;
    }

    @Override
    public void close() {
        // The listener that serves the routes is closed by its owner.
    }

    private void notified(Context context) {
        List<CosRecord> records = read(context);
        List<Map<String, String>> stored = new ArrayList<>();
        int unmatched = 0;
        for (CosRecord record : records) {
            List<TriggerDefinition> triggers = concerned(record);
            if (triggers.isEmpty()) {
                unmatched++;
            }
            for (TriggerDefinition trigger : triggers) {
                RequestId id = Refusals.orProblem(() -> intake.accept(trigger, record.event(), record.dedupKey()));
                stored.add(Map.of("trigger", trigger.ref().toString(), "requestId", id.toString()));
            }
        }
        unwatched.increment(unmatched);
        context.json(Map.of("stored", stored, "unmatched", unmatched));
    }

    private static List<CosRecord> read(Context context) {
        try {
            return CosNotification.read(Json.body(context));
        } catch (MalformedNotificationException e) {
            throw Problem.malformed(e.getMessage() + "; nothing was accepted").exception();
        }
    }

    private List<TriggerDefinition> concerned(CosRecord record) {
        List<TriggerDefinition> concerned = new ArrayList<>();
        for (TriggerDefinition trigger : registry.view().triggers()) {
            if (trigger.enabled() && trigger.spec() instanceof TriggerSpec.Cos cos && matches(cos, record)) {
                concerned.add(trigger);
            }
        }
        return concerned;
    }

    private static boolean matches(TriggerSpec.Cos cos, CosRecord record) {
        return cos.matches(record.bucket(), record.eventName(), record.key())
                || cos.matches(record.longBucket(), record.eventName(), record.key());
    }
}
