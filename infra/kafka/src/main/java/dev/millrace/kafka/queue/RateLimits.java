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
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets events in no faster than their functions and their namespaces say, over all processes that accept any: each has
 * its part of a rate, by their number. Thread-safe.
 */
final class RateLimits {

    private final Registry registry;
    private final AcceptingProcesses processes;
    private final Map<FunctionRef, TokenBucket> functions = new ConcurrentHashMap<>();
    private final Map<String, TokenBucket> namespaces = new ConcurrentHashMap<>();
    private final long since = System.nanoTime();

    RateLimits(Registry registry, AcceptingProcesses processes) {
        this.registry = registry;
        this.processes = processes;
    }

    /**
     * Counts one event. One that came too early is counted nowhere.
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
            enter(view, function.namespace());
            return;
        }
        TokenBucket bucket = functions.computeIfAbsent(function, first -> new TokenBucket(since));
        take(bucket, rate.get(), standing(view.triggersOf(function)), function.toString());
        try {
            enter(view, function.namespace());
        } catch (NotStoredException e) {
            bucket.giveBack();
            throw e;
        }
    }

    private void enter(RegistryView view, String namespace) throws NotStoredException {
        Optional<RateLimit> rate = view.limitsOf(namespace).rate();
        if (rate.isPresent()) {
            TokenBucket bucket = namespaces.computeIfAbsent(namespace, first -> new TokenBucket(since));
            take(bucket, rate.get(), standing(view.triggersIn(namespace)), "the namespace " + namespace);
        }
    }

    private static void take(TokenBucket bucket, RateLimit rate, Standing standing, String whose)
            throws RateLimitedException {
        int sharers = standing.count();
        long wait = bucket.take(
                System.nanoTime(), rate.perSecond() / sharers, Math.max(1, (double) rate.burst() / sharers));
        if (wait > 0) {
            throw new RateLimitedException(whose, rate, Duration.ofNanos(wait));
        }
    }

    /** Adapters have a part only where there is a trigger whose events they bring. */
    private Standing standing(Collection<TriggerDefinition> triggers) throws NotStoredException {
        boolean adapters = triggers.stream().anyMatch(trigger -> trigger.spec().type() != TriggerType.API);
        return (adapters ? processes.amongAll() : processes.amongDispatchers())
                .orElseThrow(() -> new NotStoredException("Kafka does not tell who else accepts events", null));
    }
}
