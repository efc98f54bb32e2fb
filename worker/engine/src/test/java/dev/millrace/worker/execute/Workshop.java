package dev.millrace.worker.execute;

import static org.awaitility.Awaitility.await;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.QueueSpec;
import dev.millrace.contract.RequestIdCodec;
import dev.millrace.contract.RetryPolicy;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.function.FunctionHandler;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import dev.millrace.worker.consume.Membership;
import dev.millrace.worker.report.Consequence;
import dev.millrace.worker.report.Consequences;
import dev.millrace.worker.report.OutcomeReporter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.json.JsonMapper;

/** A whole execution with one handler, whose outcomes are caught instead of stored. */
final class Workshop implements AutoCloseable {

    static final FunctionRef FUNCTION = FunctionRef.of("resize");
    static final int TRIGGER = 5;
    static final RetryPolicy NO_RETRIES =
            new RetryPolicy(0, RetryPolicy.Delay.fixed(Duration.ofMinutes(1)), Duration.ofHours(6));
    static final RequestIds REQUEST_IDS =
            new RequestIds(() -> Optional.of(new RequestIdCodec(new byte[RequestIdCodec.KEY_BYTES])));

    private final Map<FunctionRef, FunctionDefinition> registry = new ConcurrentHashMap<>();
    private final Map<Long, List<Outcome>> outcomes = new ConcurrentHashMap<>();
    private final Map<String, EventAddress> dedup = new ConcurrentHashMap<>();
    private final Set<Integer> triggers = ConcurrentHashMap.newKeySet();
    private final OutcomeReporter reporter;
    private final Queue<Consequence> following = new ConcurrentLinkedQueue<>();
    private final AtomicInteger revision = new AtomicInteger();

    final ScriptedGate gate = new ScriptedGate();
    private final AtomicLong nanos = new AtomicLong();
    private final Membership membership = new Membership(nanos::get);
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final LocalExecution execution;
    Admission.FirstOfKey firstOfKey = (key, event) -> {
        EventAddress first = dedup.putIfAbsent(key, event);
        return first == null ? event : first;
    };

    private Workshop(Map<FunctionRef, HandlerRegistration<?, ?>> handlers) {
        JsonMapper mapper = JsonMapper.builder().build();
        reporter = new OutcomeReporter(
                (heading, pack, stored) -> {
                    keep(pack);
                    stored.stored(0);
                },
                (delivery, consequence, stored) -> {
                    following.add(consequence);
                    stored.stored(0);
                },
                deliveries -> {});
        Admission admission =
                new Admission(triggers::contains, (key, event) -> firstOfKey.enter(key, event), Clock.systemUTC());
        execution = new LocalExecution(
                new ExecutionSetup(
                        "w1",
                        4,
                        REQUEST_IDS,
                        meters,
                        Clock.systemUTC(),
                        (call, outcome, encoded) -> {},
                        new GenerousFleet()),
                ref -> Optional.ofNullable(registry.get(ref)),
                new Runners(handlers, mapper, REQUEST_IDS, null),
                admission,
                reporter,
                new Consequences(),
                new Takeover(gate, membership.continuity(), membership.lost()),
                () -> {});
        triggers.add(TRIGGER);
        define(3, Duration.ofSeconds(30), NO_RETRIES);
        reporter.start();
        execution.start();
    }

    static <I, O> Workshop with(Class<I> type, FunctionHandler<I, O> handler) {
        return new Workshop(Map.of(FUNCTION, new HandlerRegistration<>(FUNCTION, type, handler)));
    }

    /** One whose worker has no handler for the function. */
    static Workshop withoutHandler() {
        return new Workshop(Map.of());
    }

    void define(int concurrency, Duration timeout, RetryPolicy retry) {
        registry.put(FUNCTION, definition(concurrency, timeout, retry));
        execution.refresh();
    }

    void undefine() {
        registry.clear();
        execution.refresh();
    }

    /** The process stands still for a minute. */
    void standStill() {
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    }

    void proveMembership() {
        membership.prove();
    }

    void lose(LaneId lane) {
        membership.lose(lane);
    }

    void deleteTrigger() {
        triggers.clear();
    }

    /** Gives the function so many turns while another has one. */
    void weigh(int weight) {
        FunctionSpec spec = definition(3, Duration.ofSeconds(30), NO_RETRIES).spec();
        FunctionSpec heavy = new FunctionSpec(
                FUNCTION,
                spec.runtime(),
                spec.runtimeName(),
                spec.handler(),
                spec.memorySize(),
                spec.timeout(),
                spec.initTimeout(),
                spec.concurrency(),
                Map.of(),
                spec.retry(),
                spec.resultTtl(),
                spec.destinations(),
                new QueueSpec(OptionalInt.empty(), Optional.empty(), weight));
        registry.put(
                FUNCTION,
                new FunctionDefinition(heavy, null, FunctionDefinition.LATEST, revision.incrementAndGet(), 0, 0));
        execution.refresh();
    }

    private FunctionDefinition definition(int concurrency, Duration timeout, RetryPolicy retry) {
        FunctionSpec spec = new FunctionSpec(
                FUNCTION,
                RuntimeKind.JAVA,
                "java",
                "-",
                128,
                timeout,
                Duration.ofSeconds(65),
                concurrency,
                Map.of(),
                retry,
                Duration.ofHours(1));
        return new FunctionDefinition(spec, null, FunctionDefinition.LATEST, revision.incrementAndGet(), 0, 0);
    }

    static Delivery delivery(long offset, String event) {
        return delivery(offset, event, EventHeader.accepted(System.currentTimeMillis()), null);
    }

    static Delivery delivery(long offset, String event, EventHeader header, String unreadable) {
        TriggerRef ref = new TriggerRef(FUNCTION, TriggerRef.API);
        TriggerDefinition trigger = new TriggerDefinition(ref, TRIGGER, new TriggerSpec.Api(), true, 4, 1, 0, 0);
        return new Delivery(
                new LaneId("t", 0, 1),
                offset,
                new EventAddress(TRIGGER, 0, offset),
                header,
                trigger,
                event.getBytes(StandardCharsets.UTF_8),
                unreadable);
    }

    /** Hands deliveries over as one batch, as the consumer would. */
    void hand(Delivery... deliveries) {
        await().until(() -> execution.permitsFree(FUNCTION) > 0);
        execution.start(FUNCTION, List.of(deliveries));
    }

    /** Hands one event over and waits for its fate, be it that it is tried again. */
    Outcome run(String event) {
        return run(delivery(0, event));
    }

    /** An event may be handed over again; the fate waited for is the one that follows. */
    Outcome run(Delivery delivery) {
        long event = delivery.address().offset();
        int before = outcomes(event).size();
        hand(delivery);
        await().atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> outcomes(event).size() > before);
        return outcomes(event).getLast();
    }

    /** The last outcome of the event, once there is a terminal one. */
    Outcome outcome(long offset) {
        await().atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> hasEnded(offset));
        return outcomes.get(offset).getLast();
    }

    boolean hasEnded(long offset) {
        List<Outcome> known = outcomes.get(offset);
        return known != null && known.getLast().status().isTerminal();
    }

    /** The next attempt of an event that follows, as it would come back once it is due. */
    Delivery nextAttempt(long offset) {
        await().until(() -> following.peek() instanceof Consequence.NextAttempt);
        Consequence.NextAttempt next = (Consequence.NextAttempt) following.remove();
        Delivery first = delivery(offset, "");
        return new Delivery(
                first.lane(), 1000 + offset, first.address(), next.header(), first.trigger(), next.event(), null);
    }

    /** The first that follows and was not asked for. */
    Consequence following() {
        await().until(() -> !following.isEmpty());
        return following.remove();
    }

    /** Every outcome of the event so far. */
    List<Outcome> outcomes(long offset) {
        return outcomes.getOrDefault(offset, List.of());
    }

    void awaitIdle() {
        await().until(() -> execution.running() == 0);
    }

    private void keep(byte[] pack) {
        try {
            for (Outcome outcome : OutcomePack.decode(pack).outcomes()) {
                outcomes.merge(outcome.address().offset(), List.of(outcome), Workshop::joined);
            }
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Outcome> joined(List<Outcome> before, List<Outcome> more) {
        List<Outcome> all = new ArrayList<>(before);
        all.addAll(more);
        return all;
    }

    @Override
    public void close() {
        execution.close();
        reporter.close();
    }
}
