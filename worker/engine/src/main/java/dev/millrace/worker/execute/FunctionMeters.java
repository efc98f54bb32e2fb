package dev.millrace.worker.execute;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Status;
import dev.millrace.worker.fate.Fate;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The figures of one function on this worker. {@code started − ended − abandoned = running}; alert on {@code ended} with
 * a status other than {@code succeeded}. Thread-safe.
 */
final class FunctionMeters {

    private final Counter started;
    private final Counter abandoned;
    private final Counter coldStarts;
    private final Timer runTime;
    private final Map<Status, Counter> ended = new EnumMap<>(Status.class);

    private FunctionMeters(MeterRegistry registry, Tags tags) {
        started = Counter.builder("millrace.attempts.started")
                .description("attempts taken up, those included that turn out not to be runnable")
                .tags(tags)
                .register(registry);
        abandoned = Counter.builder("millrace.attempts.abandoned")
                .description("attempts given up because another worker has taken them over")
                .tags(tags)
                .register(registry);
        coldStarts = Counter.builder("millrace.cold.starts")
                .description("instances started for an attempt that had to wait for it")
                .tags(tags)
                .register(registry);
        runTime = Timer.builder("millrace.run.time")
                .description("what functions took, without the start of instances")
                .tags(tags)
                .register(registry);
        for (Status status : Status.values()) {
            if (status.isTerminal() || status == Status.RETRYING) {
                ended.put(
                        status,
                        Counter.builder("millrace.attempts.ended")
                                .description("attempts by what the invocation became with them")
                                .tags(tags.and("status", status.name().toLowerCase(java.util.Locale.ROOT)))
                                .register(registry));
            }
        }
    }

    static FunctionMeters of(FunctionRef function, MeterRegistry registry) {
        return new FunctionMeters(registry, Tags.of("namespace", function.namespace(), "function", function.name()));
    }

    /** Those of all functions beyond the number that is told apart. */
    static FunctionMeters ofTheRest(MeterRegistry registry) {
        return new FunctionMeters(registry, Tags.of("namespace", "(other)", "function", "(other)"));
    }

    void started() {
        started.increment();
    }

    void abandoned() {
        abandoned.increment();
    }

    void ended(Run run, Fate fate) {
        Counter counter = ended.get(statusOf(fate));
        if (counter != null) {
            counter.increment();
        }
        if (run.durationNanos() > 0) {
            runTime.record(run.durationNanos(), TimeUnit.NANOSECONDS);
        }
        if (run.coldStart() != null) {
            coldStarts.increment();
        }
    }

    private static Status statusOf(Fate fate) {
        return switch (fate) {
            case Fate.Succeed succeed -> Status.SUCCEEDED;
            case Fate.TryAgain again -> Status.RETRYING;
            case Fate.Postpone postpone -> Status.RETRYING;
            case Fate.Fail fail -> Status.FAILED;
            case Fate.Expire expire -> Status.EXPIRED;
            case Fate.Bury bury -> Status.DEAD;
            case Fate.Fold fold -> Status.DUPLICATE;
            case Fate.Cancel cancel -> Status.CANCELLED;
        };
    }
}
