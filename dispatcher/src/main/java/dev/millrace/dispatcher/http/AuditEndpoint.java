package dev.millrace.dispatcher.http;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.Status;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerRef;
import dev.millrace.dispatcher.audit.Account;
import dev.millrace.dispatcher.audit.Audit;
import dev.millrace.dispatcher.audit.BooksMeters;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryView;
import dev.millrace.program.Problem;
import dev.millrace.redis.QueueGauge;
import dev.millrace.redis.QueueGauges;
import dev.millrace.redis.RedisUnavailableException;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes the books of one trigger or of all, those of deleted ones included while their events are kept. */
final class AuditEndpoint {

    private final Registry registry;
    private final Audit audit;
    private final BooksMeters meters;
    private final QueueGauges gauges;
    private final Topics topics;
    private final RequestIdCodec requestIds;
    private final InstantSource clock;
    private final Semaphore turn = new Semaphore(1);

    AuditEndpoint(
            Registry registry,
            Audit audit,
            BooksMeters meters,
            QueueGauges gauges,
            Topics topics,
            RequestIdCodec requestIds,
            InstantSource clock) {
        this.registry = registry;
        this.audit = audit;
        this.meters = meters;
        this.gauges = gauges;
        this.topics = topics;
        this.requestIds = requestIds;
        this.clock = clock;
    }

    private record Subject(int number, TriggerRef ref, int partitions, boolean deleted) {}

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
            Map<Integer, Integer> partitions = new TreeMap<>();
            subjects.forEach(subject -> partitions.put(subject.number(), subject.partitions()));
            Audit.Books books = audit.of(partitions);
            context.json(json(subjects, books, began));
        } finally {
            turn.release();
        }
    }

    private List<Subject> subjects(Query query) {
        RegistryView view = registry.view();
        List<Subject> subjects = new ArrayList<>();
        view.triggers().forEach(one -> subjects.add(new Subject(one.number(), one.ref(), one.partitions(), false)));
        view.retired().forEach(one -> subjects.add(new Subject(one.number(), one.ref(), one.partitions(), true)));
        subjects.sort(Comparator.comparing(Subject::ref).thenComparingInt(Subject::number));
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

    private ObjectNode json(List<Subject> subjects, Audit.Books books, long began) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode triggers = JsonNodeFactory.instance.arrayNode();
        long drift = 0;
        for (Subject subject : subjects) {
            Account account = books.accounts().get(subject.number());
            if (account != null) {
                meters.show(subject.ref(), account);
                drift += account.drift();
                triggers.add(json(subject, account));
            }
        }
        json.put("auditedAt", Timestamps.of(began));
        json.put("durationMs", clock.millis() - began);
        json.put("redisCompared", books.redisCompared());
        json.put("drift", drift);
        json.set("items", triggers);
        return json;
    }

    private ObjectNode json(Subject subject, Account account) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("namespace", subject.ref().function().namespace());
        json.put("function", subject.ref().function().name());
        json.put("trigger", subject.ref().name());
        json.put("deleted", subject.deleted());
        json.put("accepted", account.accepted());
        for (Status status : Status.values()) {
            if (status.isTerminal()) {
                json.put(status.name().toLowerCase(Locale.ROOT), account.ended(status));
            }
        }
        long running = Math.min(account.open(), running(subject.number()));
        json.put("waiting", account.open() - running);
        json.put("running", running);
        json.put("lost", account.lost());
        json.put("strangers", account.strangers());
        json.put("notInRedis", account.notInRedis());
        json.put("otherInRedis", account.otherInRedis());
        json.put("drift", account.drift());
        ArrayNode examples = json.putArray("examples");
        account.examples()
                .forEach(address -> examples.add(requestIds.encode(address).toString()));
        return json;
    }

    /** As the workers told last; which of what is open runs is no question of the books. */
    private long running(int trigger) {
        try {
            return gauges.of(topics.trigger(trigger)).values().stream()
                    .mapToLong(QueueGauge::running)
                    .sum();
        } catch (RedisUnavailableException e) {
            return 0; // Then all that is open is shown as waiting.
        }
    }
}
