package dev.millrace.dispatcher.http;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.Status;
import dev.millrace.dispatcher.audit.Account;
import dev.millrace.dispatcher.audit.Bookkeeper;
import dev.millrace.dispatcher.audit.Subject;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.program.Problem;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes the books of one trigger or of all, those of deleted ones included while their events are kept. */
final class AuditEndpoint {

    private final Registry registry;
    private final Bookkeeper bookkeeper;
    private final RequestIdCodec requestIds;
    private final InstantSource clock;
    private final Semaphore turn = new Semaphore(1);

    AuditEndpoint(Registry registry, Bookkeeper bookkeeper, RequestIdCodec requestIds, InstantSource clock) {
        this.registry = registry;
        this.bookkeeper = bookkeeper;
        this.requestIds = requestIds;
        this.clock = clock;
    }

    void audit(Context context) {
        Query query = Query.of(context, "trigger", "namespace");
        List<Subject> subjects = subjects(query);
        if (!turn.tryAcquire()) {
            throw Problem.of(
                            409,
                            "audit-running",
                            "The books are being made",
                            "this dispatcher makes the books already; ask again when it is done")
                    .retryAfter(5)
                    .exception();
        }
        try {
            long began = clock.millis();
            context.json(json(bookkeeper.of(subjects), began));
        } finally {
            turn.release();
        }
    }

    private List<Subject> subjects(Query query) {
        List<Subject> subjects = Subject.all(registry.view());
        Optional<String> trigger = query.text("trigger");
        Optional<String> namespace = query.text("namespace");
        namespace.ifPresent(name -> subjects.removeIf(
                subject -> !subject.ref().function().namespace().equals(name)));
        if (trigger.isPresent()) {
            String home = namespace.orElse(FunctionRef.DEFAULT_NAMESPACE);
            subjects.removeIf(subject -> !subject.ref().function().namespace().equals(home)
                    || !(subject.ref().function().name() + "/" + subject.ref().name()).equals(trigger.get()));
            if (subjects.isEmpty()) {
                throw Problem.notFound("there is no trigger " + trigger.get() + " in namespace " + home
                                + "; write FUNCTION/TRIGGER")
                        .exception();
            }
        }
        return subjects;
    }

    private ObjectNode json(Bookkeeper.Made made, long began) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("auditedAt", Timestamps.of(began));
        json.put("durationMs", clock.millis() - began);
        json.put("redisCompared", made.books().redisCompared());
        json.put("countersCompared", made.books().countersCompared());
        json.put("drift", made.books().drift());
        ArrayNode triggers = json.putArray("items");
        made.entries().forEach(entry -> triggers.add(json(entry)));
        return json;
    }

    private ObjectNode json(Bookkeeper.Entry entry) {
        Subject subject = entry.subject();
        Account account = entry.account();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("namespace", subject.ref().function().namespace());
        json.put("function", subject.ref().function().name());
        json.put("trigger", subject.ref().name());
        json.put("deleted", subject.deleted());
        json.put("accepted", account.accepted());
        for (Status status : Status.values()) {
            if (status.isTerminal()) {
                json.put(name(status), account.ended(status));
            }
        }
        json.put("waiting", account.open() - entry.running());
        json.put("running", entry.running());
        json.put("lost", account.lost());
        json.put("strangers", account.strangers());
        json.put("repeated", account.repeated());
        json.put("notInRedis", account.redis().missing());
        json.put("otherInRedis", account.redis().other());
        json.put("miscounted", account.redis().miscounted());
        json.put("drift", account.drift());
        ObjectNode counters = json.putObject("counters");
        account.redis().counted().forEach((status, count) -> counters.put(name(status), count));
        ArrayNode examples = json.putArray("examples");
        account.examples()
                .forEach(address -> examples.add(requestIds.encode(address).toString()));
        return json;
    }

    private static String name(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
