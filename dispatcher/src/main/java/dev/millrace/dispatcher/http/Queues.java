package dev.millrace.dispatcher.http;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.EventReader;
import dev.millrace.kafka.StoredEvent;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.kafka.registry.RegistryView;
import dev.millrace.redis.QueueGauge;
import dev.millrace.redis.QueueGauges;
import dev.millrace.redis.RedisUnavailableException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How queues stand: what the broker knows (where topics end, what workers have committed) and what the owners of lanes
 * report beyond it. While Redis is away the broker's word alone is told. Thread-safe.
 */
final class Queues {

    private static final Logger log = LoggerFactory.getLogger(Queues.class);

    private final TopicAdmin topicAdmin;
    private final String workersGroup;
    private final Topics topics;
    private final QueueGauges gauges;
    private final EventReader events;

    Queues(TopicAdmin topicAdmin, String workersGroup, Topics topics, QueueGauges gauges, EventReader events) {
        this.topicAdmin = topicAdmin;
        this.workersGroup = workersGroup;
        this.topics = topics;
        this.gauges = gauges;
        this.events = events;
    }

    /** The state of the queues of these triggers, in their order. */
    Map<TriggerDefinition, QueueState> of(Collection<TriggerDefinition> triggers, RegistryView view) {
        List<TopicPartition> partitions = new ArrayList<>();
        triggers.forEach(trigger -> partitions.addAll(partitionsOf(trigger)));
        Map<TopicPartition, OffsetAndMetadata> committed = topicAdmin.committed(workersGroup, partitions);
        Map<TopicPartition, Long> begins = topicAdmin.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = topicAdmin.endOffsets(partitions);
        Map<TriggerDefinition, QueueState> states = new LinkedHashMap<>();
        for (TriggerDefinition trigger : triggers) {
            Map<Integer, QueueGauge> reported = reported(trigger);
            QueueSum sum = new QueueSum();
            for (TopicPartition partition : partitionsOf(trigger)) {
                long begin = begins.getOrDefault(partition, 0L);
                long end = ends.getOrDefault(partition, begin);
                OffsetAndMetadata commit = committed.get(partition);
                long done = commit == null ? begin : Math.max(begin, commit.offset());
                QueueGauge gauge = reported.get(partition.partition());
                if (gauge != null) {
                    sum.reported(end - done, gauge);
                } else if (end > done) {
                    sum.unowned(end - done, acceptedAt(trigger, partition.partition(), done));
                }
            }
            states.put(trigger, sum.state(isPaused(trigger, view)));
        }
        return states;
    }

    /** Why an event of this partition that is not running does not run; {@code null} when nothing holds it up. */
    @Nullable
    String waitingFor(TriggerDefinition trigger, int partition, RegistryView view) {
        if (isPaused(trigger, view)) {
            return QueueState.PAUSED;
        }
        QueueGauge gauge = reported(trigger).get(partition);
        return gauge == null ? QueueState.WORKER : gauge.waitingFor();
    }

    /** Epoch milliseconds; 0 when the event says nothing. */
    private long acceptedAt(TriggerDefinition trigger, int partition, long offset) {
        return events.read(new EventAddress(trigger.number(), partition, offset)) instanceof StoredEvent.Found found
                ? found.header().acceptedAt()
                : 0;
    }

    private Map<Integer, QueueGauge> reported(TriggerDefinition trigger) {
        try {
            return gauges.of(topics.trigger(trigger.number()));
        } catch (RedisUnavailableException e) {
            log.debug("queue of {} is told without the workers' reports", trigger.ref(), e);
            return Map.of();
        }
    }

    private List<TopicPartition> partitionsOf(TriggerDefinition trigger) {
        String topic = topics.trigger(trigger.number());
        List<TopicPartition> partitions = new ArrayList<>(trigger.partitions());
        for (int partition = 0; partition < trigger.partitions(); partition++) {
            partitions.add(new TopicPartition(topic, partition));
        }
        return partitions;
    }

    private static boolean isPaused(TriggerDefinition trigger, RegistryView view) {
        return trigger.paused()
                || view.function(trigger.ref().function())
                        .map(FunctionDefinition::spec)
                        .map(spec -> spec.concurrency() == 0)
                        .orElse(false);
    }
}
