package dev.millrace.worker;

import dev.millrace.contract.Destinations;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.OutcomeWriter;
import dev.millrace.kafka.StaticMembers;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.kafka.registry.Installation;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.program.Health;
import dev.millrace.program.Parts;
import dev.millrace.program.SeededBug;
import dev.millrace.redis.Cancellations;
import dev.millrace.redis.Claims;
import dev.millrace.redis.DedupLedger;
import dev.millrace.redis.Fences;
import dev.millrace.redis.PermitLeases;
import dev.millrace.redis.PermitTerms;
import dev.millrace.redis.QueueGauges;
import dev.millrace.redis.Redis;
import dev.millrace.redis.RedisSettings;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.RunningRuns;
import dev.millrace.redis.WorkerDetails;
import dev.millrace.redis.WorkerLease;
import dev.millrace.redis.WorkerLeases;
import dev.millrace.worker.consume.ConsumeLimits;
import dev.millrace.worker.consume.ConsumeSettings;
import dev.millrace.worker.consume.Continuity;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.EventConsumer;
import dev.millrace.worker.consume.LostLanes;
import dev.millrace.worker.consume.Succession;
import dev.millrace.worker.execute.Admission;
import dev.millrace.worker.execute.ExecutionSetup;
import dev.millrace.worker.execute.HandlerRegistration;
import dev.millrace.worker.execute.LocalExecution;
import dev.millrace.worker.execute.PermitSource;
import dev.millrace.worker.execute.Processes;
import dev.millrace.worker.execute.RequestIds;
import dev.millrace.worker.execute.Runners;
import dev.millrace.worker.execute.Takeover;
import dev.millrace.worker.peers.Living;
import dev.millrace.worker.peers.MemberName;
import dev.millrace.worker.peers.PeerWatch;
import dev.millrace.worker.permits.Era;
import dev.millrace.worker.permits.FleetPermits;
import dev.millrace.worker.permits.LimitsIgnored;
import dev.millrace.worker.report.Consequences;
import dev.millrace.worker.report.OutcomeReporter;
import dev.millrace.worker.takeover.LogPredecessors;
import dev.millrace.worker.takeover.RedisStartGate;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a worker is made of, and how the parts are tied together.
 *
 * <pre>
 *  Registry ──► Subscriptions ──► EventConsumer ──► LocalExecution ──► OutcomeReporter ──► OutcomeWriter
 *                                       ▲                                     │
 *                                       └────────────── done ─────────────────┘
 * </pre>
 */
final class WorkerParts {

    private static final Logger log = LoggerFactory.getLogger(WorkerParts.class);

    /** What the outcomes of the last runs get to be stored, after the drain timeout. */
    private static final Duration LAST_OUTCOMES = Duration.ofSeconds(5);

    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    /**
     * What is tied together.
     *
     * @param patience how long to wait for a Kafka that does not answer
     */
    record Wiring(
            KafkaSettings kafka,
            RedisSettings redis,
            WorkerSettings settings,
            Map<FunctionRef, HandlerRegistration<?, ?>> handlers,
            JsonMapper json,
            MeterRegistry meters,
            Duration patience) {}

    private final WorkerSettings settings;
    private final Clock clock = Clock.systemUTC();
    private final long startedAt = clock.millis();
    private final Parts opened = new Parts();

    private final Registry registry;
    private final Redis redis;
    private final Subscriptions subscriptions;
    private final @Nullable Processes processes;
    private final EventConsumer consumer;
    private final OutcomeReporter reporter;
    private final LocalExecution execution;
    private final Delays delays;
    private final Calls calls;
    private final FleetPermits permits;
    private final Set<FunctionRef> handlers;
    private final MemberName member;
    private final StaticMembers members;
    /** This process's own, once it has begun. */
    private volatile @Nullable WorkerLease lease;

    private final MeterRegistry meters;
    private final RedisStartGate gate;
    private final Continuity continuity = new Continuity(System::nanoTime);
    private final LostLanes lost = new LostLanes();

    /** Opens every part; nothing is taken yet. */
    static WorkerParts open(Wiring wiring) throws IOException {
        try (TopicAdmin topics = TopicAdmin.connect(wiring.kafka(), wiring.patience())) {
            topics.createFixedTopics();
        }
        return new WorkerParts(wiring);
    }

    private WorkerParts(Wiring wiring) throws IOException {
        this.settings = wiring.settings();
        this.member = new MemberName(settings.name(), startedAt);
        this.members = opened.add(
                "members",
                new StaticMembers(
                        wiring.kafka(),
                        List.of(wiring.kafka().workersGroup(), wiring.kafka().delayGroup())));
        this.meters = wiring.meters();
        this.redis = opened.add("Redis", new Redis(wiring.redis()));
        this.registry = opened.add("registry", Registry.start(wiring.kafka(), wiring.patience()));
        requireFitRedis();
        RequestIds requestIds =
                new RequestIds(() -> registry.view().installation().map(Installation::requestIds));
        this.processes = settings.runtimes().isEmpty()
                ? null
                : opened.add(
                        "instances",
                        FunctionProcesses.open(settings, wiring.kafka(), registry, requestIds, this::mayStartInstance));
        Runners runners = new Runners(wiring.handlers(), wiring.json(), requestIds, processes);
        this.subscriptions = new Subscriptions(
                wiring.kafka().topics(),
                registry::view,
                runners,
                wiring.handlers().keySet());
        WorkerLeases leases = new WorkerLeases(redis);
        Living living = new Living(
                member.text(), () -> PeerWatch.alive(leases), this::mayJudge, members::names, System::nanoTime);
        this.gate = new RedisStartGate(
                member.text(), new Fences(redis), process -> living.look().test(process), System::nanoTime);
        this.consumer = new EventConsumer(
                consumeSettings(wiring.kafka()),
                subscriptions,
                new Succession(
                        new RedisClaimBook(member.text(), new Claims(redis), living::look),
                        new LogPredecessors(
                                wiring.kafka(),
                                opened.add("topics", TopicAdmin.connect(wiring.kafka(), wiring.patience()))),
                        this::storedBefore,
                        continuity,
                        lost));
        OutcomeWriter outcomes = opened.add("outcome log", new OutcomeWriter(wiring.kafka()));
        KafkaConsequences following = opened.add(
                "consequences",
                KafkaConsequences.open(
                        wiring.kafka(), clock, ref -> registry.view().trigger(ref), wiring.meters()));
        this.delays = opened.add(
                "delays",
                new Delays(wiring.kafka(), settings.name(), member, outcomes::append, following, registry::view));
        this.reporter = opened.add(
                "reporter",
                new OutcomeReporter(
                        outcomes::append, following, this::done, new OutcomePassage(continuity, lost, gate)));
        this.calls = new Calls(wiring.kafka(), wiring.meters());
        this.permits = opened.add("permits", permits(leases));
        this.execution = opened.add("execution", execution(wiring.meters(), requestIds, runners));
        this.handlers = wiring.handlers().keySet();
        LaneAge.register(consumer, clock, meters);
    }

    LocalExecution execution() {
        return execution;
    }

    /** Begins to take events. */
    void start(Runnable drainRequested) {
        opened.add("continuity", continuity);
        continuity.start();
        reporter.start();
        execution.start();
        PeerWatch.removePredecessors(member, members);
        WorkerLeases leases = new WorkerLeases(redis);
        WorkerLease own = opened.add("lease", new WorkerLease(leases, this::details, drainRequested, System::nanoTime));
        lease = own;
        opened.add("peer watch", new PeerWatch(member, members, leases, own, meters))
                .start();
        consumer.start(execution);
        permits.start();
        delays.start(meters);
        registry.listen((before, now) -> {
            execution.refresh();
            consumer.subscriptionsChanged();
            consumer.permitsChanged();
        });
        WorkerPulse pulse = opened.add(
                "pulse",
                new WorkerPulse(
                        settings.name(),
                        consumer::snapshot,
                        execution::runningLongerThan,
                        new QueueGauges(redis, clock),
                        new RunningRuns(redis),
                        new WorkerPulse.Wishes(new Cancellations(redis), execution::cancel),
                        new LongRunClaims(member.text(), execution::deliveriesRunningLongerThan, new Claims(redis)),
                        gate::look));
        pulse.start();
        calls.start(callHost(), this::stops);
        log.info("worker {} takes events", settings.name());
    }

    /** {@link Health#OK}, or what is wrong. */
    String state() {
        int failures = reporter.failures();
        return failures == 0
                ? consumer.trouble().or(delays::trouble).orElse(Health.OK)
                : "Kafka has refused outcomes, or what follows from them, " + failures + " times in a row";
    }

    boolean readsAlone() {
        Set<LaneKey> own = consumer.snapshot().stream()
                .map(lane -> new LaneKey(lane.lane().topic(), lane.lane().partition()))
                .collect(Collectors.toSet());
        return subscriptions.get().entrySet().stream()
                .allMatch(topic -> IntStream.range(0, topic.getValue().partitions())
                        .allMatch(partition -> own.contains(new LaneKey(topic.getKey(), partition))));
    }

    private record LaneKey(String topic, int partition) {}

    Map<RuntimeKind, String> missingRuntimes() {
        Map<RuntimeKind, String> missing = new EnumMap<>(RuntimeKind.class);
        if (processes != null) {
            for (RuntimeKind runtime : settings.runtimes()) {
                processes.reasonToLeave(runtime).ifPresent(why -> missing.put(runtime, why));
            }
        }
        return missing;
    }

    /** Takes no more, lets runs end, stores and commits, and stops every part, the latest first. */
    void stop(Duration limit) {
        execution.letGoOfHeld();
        Thread leaving = Thread.ofVirtual().name("leave-calls").start(() -> calls.leave(limit));
        Thread hurry = Thread.ofVirtual().name("hurry").start(this::leaveOnceIdle);
        List<Delivery> open = consumer.drain(limit);
        hurry.interrupt();
        if (!open.isEmpty()) {
            // It ends in order: nobody shall count it among the workers that died of these events.
            open.stream().filter(Delivery::mayHaveBegun).forEach(gate::abandoned);
            log.warn(
                    "{} runs did not end within {}; others will run their events again, the first is {}",
                    open.size(),
                    limit,
                    open.getFirst().address());
        }
        try {
            leaving.join();
            execution.close();
            reporter.finish(LAST_OUTCOMES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // In a hurry: what is not stored is run again by others.
        } finally {
            calls.close();
            consumer.close();
            opened.close();
        }
    }

    /** What was held for another attempt is never done here: once nothing else is open, nothing is worth waiting for. */
    private void leaveOnceIdle() {
        try {
            int idle = 0;
            while (idle < 5) {
                Thread.sleep(LOOK_EVERY);
                idle = execution.isIdle() ? idle + 1 : 0;
            }
            consumer.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The consumer has left already.
        }
    }

    /** How often this process has stood still, as of now. */
    private long stops() {
        boolean ignored = continuity.isUnbroken(); // Notices a stop that was not noticed yet.
        return continuity.breaks();
    }

    private long storedBefore(int outcomePartition) {
        return reporter.storedBefore(outcomePartition);
    }

    private void done(List<Delivery> deliveries) {
        // What is stored together comes from one lane.
        if (deliveries.getFirst().isCall()) {
            calls.ended(deliveries);
        } else {
            consumer.done(deliveries);
        }
    }

    private void requireFitRedis() {
        try {
            redis.requireFit();
            registry.view().installation().map(Installation::mark).ifPresent(redis::requireOf);
        } catch (RedisUnavailableException e) {
            log.debug("starting without Redis; its loss has been logged where it was noticed", e);
        }
    }

    private ConsumeSettings consumeSettings(KafkaSettings kafka) {
        String group = kafka.workersGroup();
        return new ConsumeSettings(
                kafka.consumer("worker-" + settings.name(), group),
                group,
                member.text(),
                ConsumeSettings.GroupProtocol.CLASSIC,
                ConsumeLimits.defaults());
    }

    private LocalExecution execution(MeterRegistry meters, RequestIds requestIds, Runners runners) {
        DedupLedger ledger = new DedupLedger(redis);
        Admission admission =
                new Admission(trigger -> registry.view().trigger(trigger).isPresent(), ledger::enter, clock);
        return new LocalExecution(
                new ExecutionSetup(
                        settings.name(), settings.slots(), requestIds, meters, clock, calls.replies(), permitSource()),
                ref -> registry.view().function(ref),
                runners,
                admission,
                reporter,
                new Consequences(this::destinations, requestIds::of),
                new Takeover(gate, continuity, lost),
                consumer::permitsChanged);
    }

    private FleetPermits permits(WorkerLeases leases) {
        return new FleetPermits(
                new PermitLeases(redis, member.text(), PermitTerms.USUAL),
                new Era(() -> processes(leases)),
                continuity,
                namespace -> registry.view().limitsOf(namespace).concurrency(),
                consumer::permitsChanged,
                meters);
    }

    private boolean mayStartInstance() {
        return permits.mayStartInstance();
    }

    private PermitSource permitSource() {
        if (SeededBug.LIMITS_IGNORED.on() || Boolean.getBoolean("millrace.limits-ignored")) {
            log.warn("worker {} ignores the limits of functions, as it was told to for a measurement", settings.name());
            return new LimitsIgnored();
        }
        return permits;
    }

    private boolean mayJudge() {
        WorkerLease own = lease;
        return own != null && own.hasHeldFor(WorkerLeases.TTL);
    }

    /** Whoever may run something: the members of the groups, and workers that take nothing but calls. */
    private Set<String> processes(WorkerLeases leases) {
        Set<String> processes = new TreeSet<>(members.names());
        processes.addAll(PeerWatch.alive(leases));
        processes.add(member.text());
        return processes;
    }

    private Destinations destinations(FunctionRef function) {
        return registry.view()
                .function(function)
                .map(definition -> definition.spec().destinations())
                .orElse(Destinations.NONE);
    }

    private Calls.Host callHost() {
        Set<RuntimeKind> missing = missingRuntimes().keySet();
        return new Calls.Host(
                settings.name(),
                member.text(),
                settings.runtimes().stream()
                        .filter(runtime -> !missing.contains(runtime))
                        .map(RuntimeKind::text)
                        .collect(Collectors.toUnmodifiableSet()),
                handlers.stream().map(FunctionRef::toString).collect(Collectors.toUnmodifiableSet()),
                registry,
                redis,
                execution);
    }

    private WorkerDetails details() {
        return new WorkerDetails(
                settings.name(),
                WorkerSettings.hostName(),
                version(),
                startedAt,
                settings.slots(),
                execution.running(),
                execution.runningByFunction());
    }

    private static String version() {
        @Nullable String version = WorkerParts.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
