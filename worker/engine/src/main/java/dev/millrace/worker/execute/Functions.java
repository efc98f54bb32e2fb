package dev.millrace.worker.execute;

import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.RetryPolicy;
import dev.millrace.worker.fate.AttemptEnd;
import dev.millrace.worker.fate.RetrySchedule;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/** The functions this worker runs, as the registry has them now. Thread-safe. */
final class Functions implements AutoCloseable {

    /** Functions that have figures of their own. */
    private static final int TOLD_APART = 500;

    private final Function<FunctionRef, Optional<FunctionDefinition>> registry;
    private final Runners runners;
    private final Bulkhead slots;
    private final MeterRegistry meters;
    private final PermitSource permits;
    private final int slotCount;
    private final FunctionMeters metersOfTheRest;
    private final Map<FunctionRef, HostedFunction> hosted = new ConcurrentHashMap<>();
    /** A permit belongs to the function, whatever runs it: these outlive what they are hosted as. */
    private final Map<FunctionRef, Allowance> allowances = new ConcurrentHashMap<>();

    /**
     * @param registry a function as it is defined now
     * @param slots shared by all functions in child processes
     */
    Functions(
            Function<FunctionRef, Optional<FunctionDefinition>> registry,
            Runners runners,
            Bulkhead slots,
            ExecutionSetup setup) {
        this.registry = registry;
        this.runners = runners;
        this.slots = slots;
        this.meters = setup.meters();
        this.permits = setup.permits();
        this.slotCount = setup.slots();
        this.metersOfTheRest = FunctionMeters.ofTheRest(meters);
    }

    /** The function of this name, whether it exists or not. */
    HostedFunction get(FunctionRef ref) {
        HostedFunction known = hosted.get(ref);
        return known != null ? known : hosted.computeIfAbsent(ref, this::host);
    }

    /** What the function is now. */
    FunctionVersion current(FunctionRef ref) {
        return get(ref).current();
    }

    /** How many turns it has while another has one. */
    int weight(FunctionRef ref) {
        return registry.apply(ref)
                .map(definition -> definition.spec().queue().weight())
                .orElse(1);
    }

    /** The functions that were run since the worker started and still exist. */
    Iterable<HostedFunction> all() {
        return hosted.values();
    }

    /** How many functions fail so often that their retries are held back. */
    int heldBack() {
        return (int) hosted.values().stream()
                .filter(function -> function.breaker().isOpen())
                .count();
    }

    /** Brings every function to what the registry says now. Runs that have begun end as what they were begun as. */
    synchronized void refresh() {
        hosted.replaceAll((ref, function) -> {
            Optional<FunctionDefinition> definition = registry.apply(ref);
            FunctionVersion before = function.current();
            if (before.revision() == revisionOf(definition)) {
                return function;
            }
            if (definition.isEmpty() && function.permits().taken() == 0) {
                before.runner().close();
                return host(ref);
            }
            FunctionVersion now = version(ref, definition);
            boolean movesOut = now.runner().place() != before.runner().place();
            HostedFunction next = movesOut ? host(ref) : function;
            next.become(now);
            allow(next.permits().own(), definition, now.runner());
            before.runner().close();
            return next;
        });
        hosted.values().removeIf(this::isOver);
    }

    private boolean isOver(HostedFunction function) {
        boolean over = function.current().revision() == FunctionVersion.GONE
                && function.permits().taken() == 0;
        Allowance own = over ? allowances.remove(function.ref()) : null;
        if (own != null) {
            own.close();
        }
        return over;
    }

    @Override
    public synchronized void close() {
        hosted.values().forEach(function -> function.current().runner().close());
    }

    private HostedFunction host(FunctionRef ref) {
        Optional<FunctionDefinition> definition = registry.apply(ref);
        FunctionVersion version = version(ref, definition);
        boolean needsSlot = version.runner().place() == FunctionRunner.Place.CHILD_PROCESS;
        Allowance allowance = allowances.computeIfAbsent(ref, this::allowance);
        allow(allowance, definition, version.runner());
        Permits permitted = new Permits(allowance, needsSlot ? slots : null);
        FunctionMeters own =
                definition.isPresent() && hosted.size() < TOLD_APART ? FunctionMeters.of(ref, meters) : metersOfTheRest;
        return new HostedFunction(version, permitted, own);
    }

    private Allowance allowance(FunctionRef ref) {
        return new Allowance(ref, 0, permits);
    }

    private void allow(Allowance allowance, Optional<FunctionDefinition> definition, FunctionRunner runner) {
        boolean needsSlot = runner.place() == FunctionRunner.Place.CHILD_PROCESS;
        allowance.limits(limitOf(definition), needsSlot ? slotCount : Integer.MAX_VALUE);
    }

    private FunctionVersion version(FunctionRef ref, Optional<FunctionDefinition> definition) {
        if (definition.isEmpty()) {
            FunctionRunner nobody = new NobodyRuns(
                    AttemptEnd.Unrunnable.gone("function " + ref + " does not exist any more; the event is kept"));
            return new FunctionVersion(
                    ref,
                    FunctionVersion.GONE,
                    FunctionDefinition.LATEST,
                    FunctionSpec.DEFAULT_TIMEOUT,
                    FunctionSpec.DEFAULT_MEMORY,
                    FunctionSpec.DEFAULT_RESULT_TTL,
                    schedule(RetryPolicy.DEFAULT),
                    nobody);
        }
        FunctionDefinition known = definition.get();
        FunctionSpec spec = known.spec();
        return new FunctionVersion(
                ref,
                known.revision(),
                known.version(),
                spec.timeout(),
                spec.memorySize(),
                spec.resultTtl(),
                schedule(spec.retry()),
                runners.of(known));
    }

    private static RetrySchedule schedule(RetryPolicy policy) {
        return new RetrySchedule(policy, () -> ThreadLocalRandom.current().nextLong());
    }

    private static int limitOf(Optional<FunctionDefinition> definition) {
        return definition.map(known -> known.spec().concurrency()).orElse(FunctionSpec.DEFAULT_CONCURRENCY);
    }

    private static long revisionOf(Optional<FunctionDefinition> definition) {
        return definition.map(FunctionDefinition::revision).orElse(FunctionVersion.GONE);
    }
}
