package dev.millrace.worker.execute;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Outcome;
import dev.millrace.program.SeededBug;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.Execution;
import dev.millrace.worker.consume.LaneId;
import dev.millrace.worker.report.Consequences;
import dev.millrace.worker.report.OutcomeReporter;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where deliveries are executed: takes what the consumer hands over and starts turns on it, under a permit each. The
 * front of this package. Thread-safe.
 */
public final class LocalExecution implements Execution, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LocalExecution.class);

    /** How soon a delivery that another worker may be running is asked for again. */
    private static final Duration ASK_AGAIN = Duration.ofMillis(250);

    private final Cancelled cancelled = new Cancelled();
    private final Functions functions;
    private final Takeover takeover;
    private final Bulkhead slots;
    private final CallDesk calls;
    private final Turns turns;
    private final Held held;
    private final OutcomeReporter reporter;
    private final InvocationExecutor executor;
    private final Consequences consequences;
    private final PermitSource permits;

    /**
     * Puts the parts together.
     *
     * @param registry a function as it is defined now
     * @param runners what runs the functions
     * @param admission what may start
     * @param reporter takes the outcomes
     * @param consequences what follows from them
     * @param takeover what was or will be another worker's
     * @param permitsChanged told when a permit came back where none was left
     */
    public LocalExecution(
            ExecutionSetup setup,
            Function<FunctionRef, Optional<FunctionDefinition>> registry,
            Runners runners,
            Admission admission,
            OutcomeReporter reporter,
            Consequences consequences,
            Takeover takeover,
            Runnable permitsChanged) {
        this.takeover = takeover;
        Bulkhead slots = Permits.bulkhead("slots", setup.slots());
        this.functions = new Functions(registry, runners, slots, setup);
        this.permits = setup.permits();
        this.held = new Held();
        this.reporter = reporter;
        this.consequences = consequences;
        Settlement settlement = new Settlement(setup, reporter, consequences);
        Beginning beginning =
                new Beginning(takeover.gate(), takeover.continuity(), takeover.lost(), reporter, this::later);
        this.executor = new InvocationExecutor(beginning, admission, cancelled, settlement, setup.clock());
        WaitingCalls waiting = new WaitingCalls(permitsChanged);
        this.turns = new Turns(executor, reporter, () -> {
            waiting.slotFreed();
            permitsChanged.run();
        });
        this.slots = slots;
        this.calls = new CallDesk(functions, turns, executor, waiting);
        measure(setup.meters());
    }

    /** Begins to look after runs; deliveries may come from now on. */
    public void start() {
        turns.start();
        held.start(this::startHeld);
    }

    @Override
    public int permitsFree(FunctionRef function) {
        HostedFunction hosted = functions.get(function);
        return reporter.hasRoom() && !calls.comesBefore(hosted) ? hosted.startable() : 0;
    }

    @Override
    public int batchSize(FunctionRef function) {
        return functions.get(function).batchSize();
    }

    @Override
    public void start(FunctionRef function, List<Delivery> batch) {
        HostedFunction hosted = functions.get(function);
        hosted.permits().own().begun();
        if (SeededBug.DONE_BEFORE_RUN.on()) {
            batch.forEach(delivery -> reporter.endedBefore(delivery, List.of()));
        }
        hosted.breaker().starting(batch.size());
        if (hosted.permits().tryTake()) {
            turns.begin(new Batch(hosted, batch));
        } else {
            // A limit was lowered between the question and the answer: each waits for a permit like what is held.
            batch.forEach(delivery -> held.untilPermitted(hosted, delivery));
        }
    }

    @Override
    public void waits(FunctionRef function, int ready) {
        HostedFunction hosted = functions.get(function);
        if (!hosted.permits().hasOwn()) {
            int batch = hosted.batchSize();
            hosted.permits().own().waits((ready + batch - 1) / batch);
        }
    }

    @Override
    public void lost(LaneId lane) {
        permits.lanesLost();
        Thread.ofVirtual().name("lost-lane").start(() -> {
            List<Delivery> abandoned = turns.abandon(lane);
            // Also what ended and was not told any more: else its new owner would wait for it as long as this process
            // lives.
            takeover.gate().lost(lane);
            if (!abandoned.isEmpty()) {
                log.warn(
                        "{} runs of lane {} are ended without an outcome: their new owner runs them, the first is {}",
                        abandoned.size(),
                        lane,
                        abandoned.getFirst().address());
            }
        });
    }

    @Override
    public void ended(Delivery delivery, @Nullable Outcome outcome) {
        reporter.endedBefore(delivery, outcome == null ? List.of() : consequences.of(delivery, outcome));
    }

    @Override
    public int weight(FunctionRef function) {
        return functions.weight(function);
    }

    @Override
    public Duration maxAge(FunctionRef function) {
        return functions.current(function).schedule().maxAge();
    }

    @Override
    public void expire(FunctionRef function, List<Delivery> tooOld) {
        HostedFunction hosted = functions.get(function);
        Thread.ofVirtual().name("expire").start(() -> {
            for (Delivery delivery : tooOld) {
                if (!executor.expire(delivery, hosted)) {
                    // Its function may have been allowed to be older meanwhile.
                    held.untilPermitted(hosted, delivery);
                }
            }
            reporter.wake();
        });
    }

    /** Where synchronous calls are begun. */
    public CallDesk calls() {
        return calls;
    }

    /** How many more functions in child processes can run now. */
    public int freeSlots() {
        return slots.getMetrics().getAvailableConcurrentCalls();
    }

    /** The registry changed: brings every function to what it is now. May block for a moment. */
    public void refresh() {
        functions.refresh();
    }

    /**
     * Ends these invocations: what runs is told to end, what comes later is not run.
     *
     * @param graceful by invocation: whether its run may finish in its own way
     */
    public void cancel(Map<EventAddress, Boolean> graceful) {
        cancelled.heard(graceful);
        if (!cancelled.isEmpty()) {
            turns.cancel(cancelled);
        }
    }

    /** How many runs there are now. */
    public int running() {
        return turns.count();
    }

    /** How many runs of each function there are now; functions that were run lately are in it with 0. */
    public Map<String, Integer> runningByFunction() {
        Map<String, Integer> running = new TreeMap<>();
        functions
                .all()
                .forEach(function -> running.put(
                        function.ref().toString(), function.permits().taken()));
        return running;
    }

    /** Attempts that have been running for longer than this. */
    public List<LongRun> runningLongerThan(Duration time) {
        return turns.runningLongerThan(time).stream()
                .map(attempt -> new LongRun(
                        attempt.delivery().address(), attempt.header().attempt(), attempt.startedAt()))
                .toList();
    }

    /** What has been running for longer than this and is still this worker's. */
    public List<Delivery> deliveriesRunningLongerThan(Duration time) {
        return turns.runningLongerThan(time).stream()
                .map(OngoingAttempt::delivery)
                .filter(delivery -> !delivery.isCall() && !takeover.lost().contains(delivery.lane()))
                .toList();
    }

    /** Starts nothing any more of what is held: it stays open and is run by others. */
    public void letGoOfHeld() {
        held.close();
    }

    /** Whether nothing runs and no outcome waits for the log: what is open now stays open. */
    public boolean isIdle() {
        return turns.count() == 0 && reporter.backlog() == 0;
    }

    /** Starts nothing any more and lets go of instances. What still runs or is held stays open and is run by others. */
    @Override
    public void close() {
        held.close();
        functions.close();
        turns.close();
    }

    /** What may not begin now is asked for again after a while. */
    private void later(HostedFunction function, Delivery delivery) {
        Thread.ofVirtual().name("later").start(() -> {
            try {
                Thread.sleep(ASK_AGAIN);
                held.untilPermitted(function, delivery);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // Nobody does that; the offset stays open in any case.
            }
        });
    }

    private boolean startHeld(HostedFunction function, Delivery delivery) {
        if (!function.permits().tryTake()) {
            return false;
        }
        turns.begin(new Batch(function, List.of(delivery)));
        return true;
    }

    private void measure(MeterRegistry meters) {
        Gauge.builder("millrace.runs", turns, Turns::count)
                .description("runs under way; fast ones are counted once per batch")
                .register(meters);
        Gauge.builder("millrace.held", held, Held::count)
                .description("events that wait on this worker for a permit that was taken back")
                .register(meters);
        Gauge.builder("millrace.breakers.open", functions, Functions::heldBack)
                .description("functions that fail so often that their retries are held back")
                .register(meters);
        Gauge.builder("millrace.reporter.backlog", reporter, OutcomeReporter::backlog)
                .description("outcomes that the outcome log does not have yet")
                .register(meters);
    }
}
