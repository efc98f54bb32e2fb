package dev.millrace.trigger.timer;

import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerSpec;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.NotStoredException;
import dev.millrace.kafka.StorageUnknownException;
import dev.millrace.kafka.ThrottledException;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryView;
import dev.millrace.program.Health;
import dev.millrace.program.Route;
import dev.millrace.trigger.intake.EventTooLargeException;
import dev.millrace.trigger.intake.Intake;
import dev.millrace.trigger.intake.TriggerAdapter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fires the ticks of all timers whose partition this process owns: look at the clock, fire what is due, note it.
 *
 * <p>A tick is stored as an event before it is noted, so that a crash in between fires it again instead of losing it; the
 * second event carries the same dedup key and ends as {@code DUPLICATE}. Any number of processes share the timers.
 */
public final class TimerAdapter implements TriggerAdapter {

    private static final Logger log = LoggerFactory.getLogger(TimerAdapter.class);

    /** Longest sleep, and so the longest a new timer or a change waits to be seen. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private static final Duration LOOK_WHEN_FULL = Duration.ofSeconds(1);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    private final KafkaSettings settings;
    private final Registry registry;
    private final Intake intake;
    private final MeterRegistry meters;
    private final InstantSource clock;
    private final FireRoute fireRoute;
    private final Thread thread = Thread.ofPlatform().name("timers").unstarted(this::run);

    /** When each timer is to be looked at again; belongs to the thread. */
    private final Map<Integer, NextLook> nextLooks = new HashMap<>();

    /** Timers whose events are not taken; changed by the thread alone. */
    private final Set<Integer> full = ConcurrentHashMap.newKeySet();

    private volatile boolean stopping;
    private volatile String state = "starting";

    /** The next tick of one revision of a trigger's definition. */
    private record NextLook(long revision, Instant at) {}

    public TimerAdapter(
            KafkaSettings settings, Registry registry, Intake intake, MeterRegistry meters, InstantSource clock) {
        this.settings = settings;
        this.registry = registry;
        this.intake = intake;
        this.meters = meters;
        this.clock = clock;
        this.fireRoute = new FireRoute(registry, intake, clock);
        Gauge.builder("millrace.timer.full", full, Set::size)
                .description("timers whose ticks wait because their queues are full or their functions take no more")
                .register(meters);
    }

    @Override
    public String name() {
        return "timer";
    }

    @Override
    public List<Route> routes() {
        return fireRoute.routes();
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public String state() {
        return state;
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        // Another process goes on firing meanwhile: who takes timers over must be able to fire them on time.
        while (!stopping && !intake.awaitReady(LOOK)) {
            log.trace("not known yet who else accepts events");
        }
        try (TimerLedger ledger = new TimerLedger(settings)) {
            while (!stopping) {
                look(ledger);
            }
        } catch (InterruptedException e) {
            log.debug("interrupted; timers stop", e);
        }
    }

    private void look(TimerLedger ledger) throws InterruptedException {
        try {
            ledger.poll(LOOK);
            RegistryView view = registry.view();
            fireWhatIsDue(ledger, view);
            forgetDeleted(ledger, view);
            state = Health.OK;
        } catch (KafkaException | ExecutionException | NotStoredException | StorageUnknownException e) {
            if (state.equals(Health.OK)) {
                log.warn("ticks are late: {}; tried again every second", e.getMessage());
            }
            state = "Kafka does not take ticks: " + e.getMessage();
            Thread.sleep(PAUSE_AFTER_FAILURE);
        }
    }

    private void fireWhatIsDue(TimerLedger ledger, RegistryView view)
            throws ExecutionException, NotStoredException, StorageUnknownException, InterruptedException {
        for (TriggerDefinition trigger : view.triggers()) {
            if (trigger.spec() instanceof TriggerSpec.Timer timer
                    && trigger.enabled()
                    && ledger.owns(trigger.number())) {
                fireWhatIsDue(ledger, trigger, timer);
            }
        }
    }

    private void fireWhatIsDue(TimerLedger ledger, TriggerDefinition trigger, TriggerSpec.Timer timer)
            throws ExecutionException, NotStoredException, StorageUnknownException, InterruptedException {
        Instant now = clock.instant();
        NextLook planned = nextLooks.get(trigger.number());
        if (planned != null && planned.revision() == trigger.revision() && now.isBefore(planned.at())) {
            return;
        }
        Instant from = searchFrom(ledger, trigger);
        DueTicks due = DueTicks.between(timer.schedule(), from, now, timer.missed());
        for (Instant tick : due.fire()) {
            if (!fire(trigger, timer, tick)) {
                nextLooks.put(trigger.number(), new NextLook(trigger.revision(), now.plus(LOOK_WHEN_FULL)));
                return;
            }
            ledger.note(new LastTick(trigger.number(), tick));
        }
        if (full.remove(trigger.number())) {
            log.info("ticks of {} are fired again", trigger.ref());
        }
        if (due.dropped() > 0) {
            ledger.note(new LastTick(trigger.number(), due.last()));
            meters.counter("millrace.timer.missed").increment(due.dropped());
            log.warn(
                    "{} ticks of {} fell due while nobody fired them and are not made up for (missed: {})",
                    due.dropped(),
                    trigger.ref(),
                    timer.missed());
        }
        Instant next = timer.schedule().nextAfter(due.last()).orElse(Instant.MAX);
        nextLooks.put(trigger.number(), new NextLook(trigger.revision(), next));
    }

    /** A definition counts from the moment it was given: ticks of an older schedule, or while switched off, are not missed. */
    private static Instant searchFrom(TimerLedger ledger, TriggerDefinition trigger) {
        Instant defined = Instant.ofEpochMilli(trigger.modifiedAt());
        return ledger.lastTick(trigger.number())
                .filter(last -> last.isAfter(defined))
                .orElse(defined);
    }

    /** Whether there was room for it; said once when there is none. */
    private boolean fire(TriggerDefinition trigger, TriggerSpec.Timer timer, Instant tick)
            throws NotStoredException, StorageUnknownException {
        try {
            intake.accept(trigger, TimerEvent.of(trigger, timer, tick), TimerEvent.dedupKey(tick));
            meters.timer("millrace.timer.late").record(Duration.between(tick, clock.instant()));
            return true;
        } catch (ThrottledException e) {
            if (full.add(trigger.number())) {
                log.warn(
                        "{}; ticks of {} wait, and those too late by then count as missed (missed: {})",
                        e.getMessage(),
                        trigger.ref(),
                        timer.missed());
            }
            return false;
        } catch (EventTooLargeException e) {
            throw new IllegalStateException("a timer's message is bounded where it is defined", e);
        }
    }

    private void forgetDeleted(TimerLedger ledger, RegistryView view) throws ExecutionException, InterruptedException {
        List<Integer> deleted = nextLooks.keySet().stream()
                .filter(number -> view.trigger(number).isEmpty())
                .toList();
        for (int number : deleted) {
            if (ledger.owns(number)) {
                ledger.forget(number);
            }
            nextLooks.remove(number);
            full.remove(number);
        }
    }
}
