package dev.millrace.dispatcher.http;

import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.registry.RegistryView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What an autoscaler goes by: what more workers could run now, and how long it takes as it is. Thread-safe. */
final class Scaling {

    private final Queues queues;
    private final DrainRates rates = new DrainRates();

    Scaling(Queues queues) {
        this.queues = queues;
    }

    /**
     * The signal of one function, or of several.
     *
     * @param backlog events that could start now if there were workers enough: not delayed, not paused, not held by
     *     their function's own limit
     * @param running events that run now
     * @param depth events that are accepted and not completed
     * @param delayed those of them that rest until they are due
     * @param secondsToDrain when all that waits and is neither delayed nor paused is done, at the rate of the last
     *     minute; empty when that is not known yet, or nothing was done
     */
    record Signal(long backlog, int running, long depth, long delayed, OptionalDouble secondsToDrain) {}

    /** @param name of the sum, told apart from others */
    Signal of(String name, Collection<FunctionDefinition> functions, RegistryView view) {
        List<TriggerDefinition> triggers = new ArrayList<>();
        functions.forEach(function -> triggers.addAll(view.triggersOf(function.ref())));
        Map<TriggerDefinition, QueueState> states = queues.of(triggers, view);
        long backlog = 0;
        long open = 0;
        for (FunctionDefinition function : functions) {
            List<QueueState> own = view.triggersOf(function.ref()).stream()
                    .filter(states::containsKey)
                    .map(states::get)
                    .toList();
            backlog += backlog(own, function.spec().concurrency());
            open += own.stream()
                    .mapToLong(state -> state.startable() + state.running())
                    .sum();
        }
        Collection<QueueState> all = states.values();
        long done = all.stream().mapToLong(QueueState::done).sum();
        return new Signal(
                backlog,
                all.stream().mapToInt(QueueState::running).sum(),
                all.stream().mapToLong(QueueState::depth).sum(),
                all.stream().mapToLong(QueueState::resting).sum(),
                secondsToDrain(open, rates.observe(name, done, System.nanoTime())));
    }

    static long backlog(Collection<QueueState> ofOneFunction, int concurrency) {
        long startable = ofOneFunction.stream().mapToLong(QueueState::startable).sum();
        long running = ofOneFunction.stream().mapToLong(QueueState::running).sum();
        return Math.min(startable, Math.max(0, concurrency - running));
    }

    static OptionalDouble secondsToDrain(long open, OptionalDouble perSecond) {
        if (open == 0) {
            return OptionalDouble.of(0);
        }
        return perSecond.isPresent() && perSecond.getAsDouble() > 0
                ? OptionalDouble.of(Math.round(10 * open / perSecond.getAsDouble()) / 10.0)
                : OptionalDouble.empty();
    }
}
