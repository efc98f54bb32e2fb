package dev.millrace.kafka.queue;

import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.RateLimit;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerType;
import dev.millrace.kafka.NotStoredException;
import dev.millrace.kafka.RateLimitedException;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryView;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets events in no faster than their functions' definitions say, over all processes that accept any: each has its part
 * of the rate, by their number. Thread-safe.
 */
final class RateLimits {

    private final Registry registry;
    private final AcceptingProcesses processes;
    private final Map<FunctionRef, TokenBucket> buckets = new ConcurrentHashMap<>();
    private final long since = System.nanoTime();

    RateLimits(Registry registry, AcceptingProcesses processes) {
        this.registry = registry;
        this.processes = processes;
    }

    /**
     * Counts one event.
     *
     * @throws RateLimitedException when it came too early
     * @throws NotStoredException when it is not known who else accepts events
     */
    void enter(TriggerDefinition trigger) throws NotStoredException {
        RegistryView view = registry.view();
        FunctionRef function = trigger.ref().function();
        Optional<RateLimit> rate = view.function(function)
                .map(FunctionDefinition::spec)
                .flatMap(spec -> spec.queue().rate());
        if (rate.isEmpty()) {
            return;
        }
        int sharers = standing(view, function).count();
        long wait = buckets.computeIfAbsent(function, first -> new TokenBucket(since))
                .take(
                        System.nanoTime(),
                        rate.get().perSecond() / sharers,
                        Math.max(1, (double) rate.get().burst() / sharers));
        if (wait > 0) {
            throw new RateLimitedException(function, rate.get(), Duration.ofNanos(wait));
        }
    }

    /** Adapters have a part only where there is a trigger whose events they bring. */
    private Standing standing(RegistryView view, FunctionRef function) throws NotStoredException {
        boolean adapters = view.triggersOf(function).stream()
                .anyMatch(trigger -> trigger.spec().type() != TriggerType.API);
        return (adapters ? processes.amongAll() : processes.amongDispatchers())
                .orElseThrow(() -> new NotStoredException("Kafka does not tell who else accepts events", null));
    }
}
