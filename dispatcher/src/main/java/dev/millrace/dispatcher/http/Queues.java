package dev.millrace.dispatcher.http;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.EventReader;
import dev.millrace.kafka.StoredEvent;
import dev.millrace.kafka.queue.QueueDepth;
import dev.millrace.kafka.queue.QueueDepths;
import dev.millrace.kafka.registry.RegistryView;
import dev.millrace.redis.QueueGauge;
import dev.millrace.redis.QueueGauges;
import dev.millrace.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How queues stand: how deep they are, which Kafka knows, and why they wait, which the owners of lanes report. While
 * Redis is away the depth alone is told. Thread-safe.
 */
final class Queues {

    /** How long it may take to find out whose the events in delay topics are. */
    private static final Duration READ_RESTING = Duration.ofSeconds(3);

    private static final Logger log = LoggerFactory.getLogger(Queues.class);

    private final QueueDepths depths;
    private final Topics topics;
    private final QueueGauges gauges;
    private final EventReader events;

    Queues(QueueDepths depths, Topics topics, QueueGauges gauges, EventReader events) {
        this.depths = depths;
        this.topics = topics;
        this.gauges = gauges;
        this.events = events;
    }

    /** The state of the queues of these triggers, in their order. */
    Map<TriggerDefinition, QueueState> of(Collection<TriggerDefinition> triggers, RegistryView view) {
        Map<TriggerDefinition, QueueState> states = new LinkedHashMap<>();
        depthsOf(triggers).forEach((trigger, depth) -> states.put(trigger, state(trigger, depth, view)));
        return states;
    }

    /**
     * Why an event of this partition that is not running does not run; {@code null} when nothing holds it up, or nobody
     * can tell now.
     */
    @Nullable
    String waitingFor(TriggerDefinition trigger, int partition, RegistryView view) {
        if (isPaused(trigger, view)) {
            return QueueState.PAUSED;
        }
        Optional<Map<Integer, QueueGauge>> reported = reported(trigger);
        if (reported.isEmpty()) {
            return null;
        }
        QueueGauge gauge = reported.get().get(partition);
        return gauge == null ? QueueState.WORKER : gauge.waitingFor();
    }

    private Map<TriggerDefinition, QueueDepth> depthsOf(Collection<TriggerDefinition> triggers) {
        return depths.exactly(triggers, READ_RESTING).orElseGet(() -> {
            log.warn("so much rests in delay topics that it is still being read; queues are told without it");
            Map<TriggerDefinition, QueueDepth> queued = new LinkedHashMap<>();
            depths.atMost(triggers)
                    .forEach((trigger, depth) ->
                            queued.put(trigger, new QueueDepth(depth.queued(), 0, 0, depth.done(), depth.firstOpen())));
            return queued;
        });
    }

    private QueueState state(TriggerDefinition trigger, QueueDepth depth, RegistryView view) {
        Optional<Map<Integer, QueueGauge>> reported = reported(trigger);
        QueueSum sum = new QueueSum();
        reported.ifPresent(gauges -> gauges.values().forEach(sum::reported));
        depth.firstOpen().forEach((partition, offset) -> {
            if (!reported.map(gauges -> gauges.containsKey(partition)).orElse(false)) {
                sum.unreported(acceptedAt(trigger, partition, offset), reported.isEmpty());
            }
        });
        return sum.state(depth, isPaused(trigger, view));
    }

    /** Epoch milliseconds; 0 when the event says nothing. */
    private long acceptedAt(TriggerDefinition trigger, int partition, long offset) {
        return events.read(new EventAddress(trigger.number(), partition, offset)) instanceof StoredEvent.Found found
                ? found.header().acceptedAt()
                : 0;
    }

    /** What workers report, by partition; empty when Redis does not answer. */
    private Optional<Map<Integer, QueueGauge>> reported(TriggerDefinition trigger) {
        try {
            return Optional.of(gauges.of(topics.trigger(trigger.number())));
        } catch (RedisUnavailableException e) {
            log.debug("queue of {} is told without the workers' reports", trigger.ref(), e);
            return Optional.empty();
        }
    }

    private static boolean isPaused(TriggerDefinition trigger, RegistryView view) {
        return trigger.paused()
                || view.function(trigger.ref().function())
                        .map(FunctionDefinition::spec)
                        .map(spec -> spec.concurrency() == 0)
                        .orElse(false);
    }
}
