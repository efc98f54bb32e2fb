package dev.millrace.dispatcher;

import dev.millrace.contract.RequestIdCodec;
import dev.millrace.dispatcher.audit.Audit;
import dev.millrace.dispatcher.audit.Bookkeeper;
import dev.millrace.dispatcher.audit.RedisSide;
import dev.millrace.dispatcher.dead.DeadLetters;
import dev.millrace.dispatcher.http.Endpoints;
import dev.millrace.dispatcher.record.Rebuild;
import dev.millrace.dispatcher.record.Recorder;
import dev.millrace.dispatcher.sync.Calls;
import dev.millrace.dispatcher.wait.OutcomeSearch;
import dev.millrace.dispatcher.wait.OutcomeTail;
import dev.millrace.kafka.EventPublisher;
import dev.millrace.kafka.EventReader;
import dev.millrace.kafka.EventSearch;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.OutcomeWriter;
import dev.millrace.kafka.Replication;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.kafka.code.CodeStore;
import dev.millrace.kafka.queue.AcceptingProcesses;
import dev.millrace.kafka.queue.LimitedPublisher;
import dev.millrace.kafka.queue.QueueDepths;
import dev.millrace.kafka.queue.RegisteredLimits;
import dev.millrace.kafka.registry.Installation;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryWriter;
import dev.millrace.program.AcceptSettings;
import dev.millrace.program.Backends;
import dev.millrace.program.Health;
import dev.millrace.program.Metrics;
import dev.millrace.program.Parts;
import dev.millrace.program.Routes;
import dev.millrace.program.StartException;
import dev.millrace.redis.Cancellations;
import dev.millrace.redis.QueueGauges;
import dev.millrace.redis.RecordedStatuses;
import dev.millrace.redis.Redis;
import dev.millrace.redis.RedisResultReader;
import dev.millrace.redis.RedisResultWriter;
import dev.millrace.redis.RedisSettings;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.RequestPartitions;
import dev.millrace.redis.Reservations;
import dev.millrace.redis.ResultReader;
import dev.millrace.redis.Tallies;
import dev.millrace.redis.Turns;
import dev.millrace.redis.UnfitRedisException;
import dev.millrace.redis.WorkerLeases;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running dispatcher, without the listeners that serve its routes. Kafka must be there when it starts, Redis need not.
 * Thread-safe; to be closed once, after its listeners.
 */
public final class Dispatcher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    /** An answer to a caller who hands in an event comes within five seconds, whatever is down. */
    private static final Duration PUBLISH_BOUND = Duration.ofMillis(4500);

    /** A repeated request looks for the event of one whose dispatcher has died. */
    private static final Duration SEARCH_BOUND = Duration.ofSeconds(3);

    private final Parts parts;
    private final OutcomeTail tail;
    private final Calls calls;
    private final Routes routes;

    private Dispatcher(Parts parts, OutcomeTail tail, Calls calls, Routes routes) {
        this.parts = parts;
        this.tail = tail;
        this.calls = calls;
        this.routes = routes;
    }

    /**
     * How a dispatcher goes about its work.
     *
     * @param accept how full queues may become
     * @param auditEvery how often the books are made unasked; zero for never
     */
    public record Policy(AcceptSettings accept, Duration auditEvery) {

        /** What is usual. */
        public static final Policy USUAL = new Policy(AcceptSettings.DEFAULT, DispatcherSettings.AUDIT_EVERY);
    }

    /** Starts one with the usual policy. */
    public static Dispatcher start(Backends backends, Clock clock, Metrics metrics, Health health)
            throws StartException {
        return start(backends, Policy.USUAL, clock, metrics, health);
    }

    /**
     * Starts recording and makes the routes ready to be served.
     *
     * @param metrics where its figures go
     * @param health gets its parts
     * @throws StartException when Kafka does not answer in time, or Redis would lose what it is given
     */
    public static Dispatcher start(Backends backends, Policy policy, Clock clock, Metrics metrics, Health health)
            throws StartException {
        Parts parts = new Parts();
        try {
            return assemble(backends, policy, clock, metrics, health, parts);
        } catch (KafkaUnavailableException e) {
            parts.close();
            throw new StartException(
                    StartException.UNAVAILABLE,
                    "Kafka at " + backends.kafka() + " cannot be used: " + e.getMessage()
                            + "; set kafka (MILLRACE_KAFKA) to the bootstrap servers, or start it");
        } catch (IllegalArgumentException | UnfitRedisException e) {
            parts.close();
            throw new StartException(StartException.USAGE, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    /** What it serves. */
    public Routes routes() {
        return routes;
    }

    /**
     * Answers everybody who waits for an invocation with what is known now, so that the listeners can stop without
     * waiting for them. To be called before they are closed; may be called more than once.
     */
    public void answerWaiting() {
        calls.answerWaiting();
        tail.close();
    }

    /** Whether it knows a worker that takes synchronous calls. */
    public boolean canCall() {
        return calls.hasWorkers();
    }

    /** Stops recording and closes its clients; what was accepted stays accepted. */
    @Override
    public void close() {
        parts.close();
    }

    private static Dispatcher assemble(
            Backends backends, Policy policy, Clock clock, Metrics metrics, Health health, Parts parts) {
        KafkaSettings kafka =
                new KafkaSettings(backends.kafka(), backends.topics(), Replication.OF_CLUSTER, backends.kafkaClient());
        Redis redis = parts.add("redis", new Redis(new RedisSettings(backends.redis(), backends.redisPrefix())));
        requireIfThere(redis::requireFit);
        TopicAdmin topicAdmin = parts.add("topics", TopicAdmin.connect(kafka, backends.patience()));
        topicAdmin.createFixedTopics();
        Registry registry = parts.add("registry", Registry.start(kafka, backends.patience()));
        RegistryWriter writer = parts.add("registry writer", new RegistryWriter(kafka, topicAdmin, registry, clock));
        Installation installation = writer.installation();
        requireIfThere(() -> redis.requireOf(installation.mark()));
        RequestIdCodec requestIds = installation.requestIds();
        parts.add(
                "retired topics",
                new RetiredTopics(kafka, topicAdmin, registry, writer, clock, RetiredTopics.Pace.USUAL));
        ResultReader results = new RedisResultReader(redis, clock);
        Recorder recorder =
                parts.add("recorder", new Recorder(kafka, new RedisResultWriter(redis, clock), metrics.registry()));
        OutcomeTail tail = parts.add("outcome tail", new OutcomeTail(kafka, results));
        OutcomeWriter outcomes = parts.add("outcome log", new OutcomeWriter(kafka));
        EventReader events = parts.add("event reader", new EventReader(kafka, topicAdmin));
        CodeStore code = new CodeStore(kafka, sha256 -> registry.view().code(sha256));
        EventPublisher publisher = parts.add("publisher", new EventPublisher(kafka, PUBLISH_BOUND));
        QueueDepths depths = parts.add("queue depths", new QueueDepths(kafka, topicAdmin));
        RegisteredLimits limits = new RegisteredLimits(registry, policy.accept().queueLimit());
        LimitedPublisher accepted = parts.add(
                "queue limits",
                LimitedPublisher.start(
                        kafka, topicAdmin, AcceptingProcesses.Kind.DISPATCHER, publisher, depths, registry, limits));
        DeadLetters letters = parts.add("dead letters", DeadLetters.start(kafka, clock, metrics.registry()));
        TopicPartition asked = new TopicPartition(backends.topics().registry(), 0);
        health.part("kafka", parts.add("kafka probe", Probe.start("kafka", () -> state(topicAdmin, asked))));
        health.part("recorder", () -> recorder.isAlive() ? Health.OK : "has ended");
        health.note("redis", parts.add("redis probe", Probe.start("redis", () -> state(redis, installation))));
        QueueGauges gauges = new QueueGauges(redis, clock);
        RedisSide redisSide =
                new RedisSide(new RedisResultWriter(redis, clock), new RecordedStatuses(redis), new Tallies(redis));
        Bookkeeper bookkeeper = parts.add(
                "bookkeeper",
                new Bookkeeper(
                        registry,
                        new Audit(kafka, topicAdmin, redisSide, clock),
                        new Bookkeeper.Others(new Turns(redis), gauges, backends.topics()),
                        requestIds,
                        metrics.registry(),
                        policy.auditEvery()));
        health.note("books", bookkeeper::state);
        Calls calls = parts.add(
                "calls", Calls.start(kafka, new RequestPartitions(redis), outcomes, clock, metrics.registry()));
        Endpoints endpoints = new Endpoints(registry, requestIds, clock);
        Routes routes = endpoints.routes(
                new Endpoints.Kafka(
                        kafka,
                        topicAdmin,
                        writer,
                        code,
                        accepted,
                        depths,
                        limits,
                        events,
                        new EventSearch(kafka, SEARCH_BOUND),
                        letters,
                        outcomes),
                new Endpoints.Redis(
                        results, gauges, new WorkerLeases(redis), new Reservations(redis), new Cancellations(redis)),
                new Endpoints.Outcomes(
                        tail,
                        new OutcomeSearch(kafka),
                        new Rebuild(topicAdmin, backends.topics(), new RedisResultWriter(redis, clock)),
                        bookkeeper),
                calls,
                metrics.registry(),
                health);
        return new Dispatcher(parts, tail, calls, routes);
    }

    /** One that is away now is looked at again by the probe. */
    private static void requireIfThere(Runnable check) {
        try {
            check.run();
        } catch (RedisUnavailableException e) {
            log.debug("starting without Redis; its loss has been logged where it was noticed", e);
        }
    }

    private static String state(TopicAdmin topicAdmin, TopicPartition asked) {
        try {
            return topicAdmin.endOffsets(List.of(asked)).isEmpty() ? "has lost the topic " + asked.topic() : Health.OK;
        } catch (KafkaUnavailableException e) {
            return "does not answer";
        }
    }

    private static String state(Redis redis, Installation installation) {
        try {
            redis.requireFit();
            redis.requireOf(installation.mark());
            return Health.OK;
        } catch (RedisUnavailableException e) {
            return "does not answer; events are accepted all the same";
        } catch (UnfitRedisException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
