package dev.millrace.kafka.queue;

import dev.millrace.contract.CommitNote;
import dev.millrace.contract.DelayClass;
import dev.millrace.contract.OffsetMap;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.TopicAdmin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Counts what is accepted and has not ended, from Kafka alone: where topics end, less what their readers have committed
 * and what their commits say is done above. Never too few: what is moved from one topic to another is written there
 * before it is done here, so what is done is asked first and where topics end afterwards. Thread-safe. Every method
 * throws {@link dev.millrace.kafka.KafkaUnavailableException} when Kafka does not answer.
 */
public final class QueueDepths implements AutoCloseable {

    private final KafkaSettings settings;
    private final TopicAdmin admin;
    private final List<TopicPartition> delayPartitions;
    private final RestingEvents resting;

    public QueueDepths(KafkaSettings settings, TopicAdmin admin) {
        this.settings = settings;
        this.admin = admin;
        this.delayPartitions = delayPartitions(settings.topics());
        this.resting = new RestingEvents(settings);
    }

    /** The depths of these triggers' queues, in their order; whatever rests, of any trigger, counts as resting in each. */
    public Map<TriggerDefinition, QueueDepth> atMost(Collection<TriggerDefinition> triggers) {
        Reading reading = read(triggers);
        long all = 0;
        for (TopicPartition partition : delayPartitions) {
            all += reading.open(partition);
        }
        Map<TriggerDefinition, QueueDepth> depths = new LinkedHashMap<>();
        for (TriggerDefinition trigger : triggers) {
            depths.put(trigger, depth(reading, trigger, all, 0));
        }
        return depths;
    }

    /**
     * The same to the event: what rests is read, once, to see whose it is.
     *
     * @param patience how long to read
     * @return empty when that was not enough; the next call goes on where this one stopped
     */
    public Optional<Map<TriggerDefinition, QueueDepth>> exactly(
            Collection<TriggerDefinition> triggers, Duration patience) {
        Reading reading = read(triggers);
        Map<TopicPartition, OffsetMap> progress = new HashMap<>();
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (TopicPartition partition : delayPartitions) {
            if (reading.open(partition) > 0) {
                progress.put(partition, reading.progress(partition));
                ends.put(partition, reading.end(partition));
            }
        }
        return resting.count(progress, ends, patience).map(byTrigger -> {
            Map<TriggerDefinition, QueueDepth> depths = new LinkedHashMap<>();
            for (TriggerDefinition trigger : triggers) {
                RestingEvents.Count rests = byTrigger.getOrDefault(trigger.number(), RestingEvents.Count.NONE);
                depths.put(trigger, depth(reading, trigger, rests.events(), rests.since()));
            }
            return depths;
        });
    }

    @Override
    public void close() {
        resting.close();
    }

    private QueueDepth depth(Reading reading, TriggerDefinition trigger, long resting, long restingSince) {
        long queued = 0;
        long done = 0;
        Map<Integer, Long> firstOpen = new HashMap<>();
        for (TopicPartition partition : admin.partitionsOf(trigger)) {
            long open = reading.open(partition);
            queued += open;
            done += reading.end(partition) - open;
            if (open > 0) {
                firstOpen.put(partition.partition(), reading.progress(partition).committed());
            }
        }
        return new QueueDepth(queued, resting, restingSince, done, firstOpen);
    }

    private Reading read(Collection<TriggerDefinition> triggers) {
        List<TopicPartition> partitions = new ArrayList<>();
        triggers.forEach(trigger -> partitions.addAll(admin.partitionsOf(trigger)));
        Map<TopicPartition, OffsetAndMetadata> commits =
                new HashMap<>(admin.committed(settings.workersGroup(), partitions));
        commits.putAll(admin.committed(settings.delayGroup(), delayPartitions));
        partitions.addAll(delayPartitions);
        return new Reading(commits, admin.beginningOffsets(partitions), admin.endOffsets(partitions));
    }

    private static List<TopicPartition> delayPartitions(Topics topics) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (DelayClass length : DelayClass.values()) {
            for (int partition = 0; partition < Topics.DELAY_PARTITIONS; partition++) {
                partitions.add(new TopicPartition(topics.delay(length), partition));
            }
        }
        return List.copyOf(partitions);
    }

    /** What Kafka said. */
    private record Reading(
            Map<TopicPartition, OffsetAndMetadata> commits,
            Map<TopicPartition, Long> begins,
            Map<TopicPartition, Long> ends) {

        /** How many of a partition's events are not done. */
        long open(TopicPartition partition) {
            OffsetMap progress = progress(partition);
            long behind = end(partition) - progress.committed();
            return Math.max(0, behind - Math.min(progress.doneAbove(), behind));
        }

        long end(TopicPartition partition) {
            return ends.getOrDefault(partition, 0L);
        }

        /** Where its readers are; what the topic does not keep any more is done with. */
        OffsetMap progress(TopicPartition partition) {
            long begin = begins.getOrDefault(partition, 0L);
            OffsetAndMetadata commit = commits.get(partition);
            if (commit == null || commit.offset() < begin) {
                return OffsetMap.nothingAbove(begin);
            }
            return CommitNote.decode(commit.offset(), commit.metadata())
                    .map(CommitNote::map)
                    .orElseGet(() -> OffsetMap.nothingAbove(commit.offset()));
        }
    }
}
