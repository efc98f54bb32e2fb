package dev.millrace.dispatcher.http;

import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.dispatcher.accept.KeyedPublisher;
import dev.millrace.dispatcher.audit.Bookkeeper;
import dev.millrace.dispatcher.dead.DeadLetters;
import dev.millrace.dispatcher.record.Rebuild;
import dev.millrace.dispatcher.sync.Calls;
import dev.millrace.dispatcher.wait.OutcomeSearch;
import dev.millrace.dispatcher.wait.OutcomeTail;
import dev.millrace.kafka.EventReader;
import dev.millrace.kafka.EventSearch;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.OutcomeWriter;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.kafka.code.CodeStore;
import dev.millrace.kafka.queue.LimitedPublisher;
import dev.millrace.kafka.queue.QueueDepths;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryWriter;
import dev.millrace.program.AcceptMeters;
import dev.millrace.program.Health;
import dev.millrace.program.Routes;
import dev.millrace.redis.Cancellations;
import dev.millrace.redis.QueueGauges;
import dev.millrace.redis.Reservations;
import dev.millrace.redis.ResultReader;
import dev.millrace.redis.WorkerLeases;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.function.ToIntFunction;

/** Puts the endpoints together from what they need. */
public final class Endpoints {

    private final Registry registry;
    private final RequestIdCodec requestIds;
    private final InstantSource clock;

    public Endpoints(Registry registry, RequestIdCodec requestIds, InstantSource clock) {
        this.registry = registry;
        this.requestIds = requestIds;
        this.clock = clock;
    }

    /** What the endpoints use of Kafka. */
    public record Kafka(
            KafkaSettings settings,
            TopicAdmin topicAdmin,
            RegistryWriter writer,
            CodeStore code,
            LimitedPublisher publisher,
            QueueDepths depths,
            ToIntFunction<TriggerDefinition> limits,
            EventReader events,
            EventSearch search,
            DeadLetters deadLetters,
            OutcomeWriter outcomes) {}

    /** What the endpoints use of Redis. */
    public record Redis(
            ResultReader results,
            QueueGauges gauges,
            WorkerLeases leases,
            Reservations reservations,
            Cancellations cancellations) {}

    /** How the endpoints see the outcome log. */
    public record Outcomes(OutcomeTail tail, OutcomeSearch search, Rebuild rebuild, Bookkeeper bookkeeper) {}

    /** Everything that a dispatcher serves. */
    public Routes routes(
            Kafka kafka, Redis redis, Outcomes outcomes, Calls calls, MeterRegistry meters, Health health) {
        Topics topics = kafka.settings().topics();
        Queues queues = new Queues(kafka.depths(), topics, redis.gauges(), kafka.events());
        Invocations invocations = new Invocations(
                registry,
                requestIds,
                new Whereabouts(
                        redis.results(),
                        new OffsetLookup(kafka.topicAdmin(), kafka.settings()),
                        kafka.events(),
                        outcomes.search()),
                outcomes.tail(),
                kafka.events(),
                queues,
                clock);
        AcceptMeters accepted = new AcceptMeters(meters);
        Replays replays = new Replays(registry, kafka.publisher(), accepted, clock);
        return new ApiRoutes(
                new NamespaceEndpoint(registry, kafka.writer()),
                new FunctionEndpoint(registry, kafka.writer(), kafka.code()),
                new TriggerEndpoint(registry, kafka.writer(), topics, clock),
                new AcceptEndpoint(
                        registry,
                        kafka.publisher(),
                        new KeyedPublisher(kafka.publisher(), kafka.search(), redis.reservations(), clock),
                        requestIds,
                        accepted,
                        clock),
                new CallEndpoint(registry, calls, requestIds, meters),
                new InvocationEndpoint(
                        registry, invocations, new InvocationJson(requestIds), redis.results(), kafka.events(), clock),
                new ReplayEndpoint(invocations, kafka.events(), kafka.deadLetters(), replays, requestIds),
                new LogEndpoint(invocations, redis.results(), outcomes.tail(), registry, requestIds),
                new DeadLetterEndpoint(
                        kafka.deadLetters(),
                        new Redrive(kafka.deadLetters(), replays, registry),
                        new DeadLetterQuery(requestIds, clock),
                        new DeadLetterJson(requestIds)),
                new QueueEndpoint(registry, queues, kafka.limits(), clock),
                new WorkerEndpoint(redis.leases()),
                new CancelEndpoint(
                        registry,
                        invocations,
                        kafka.events(),
                        redis.cancellations(),
                        kafka.outcomes(),
                        requestIds,
                        clock),
                new RebuildEndpoint(outcomes.rebuild()),
                new AuditEndpoint(registry, outcomes.bookkeeper(), requestIds, clock),
                health);
    }
}
