package dev.millrace.kafka;

import dev.millrace.contract.TriggerDefinition;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Creates topics and answers where they begin and end. Thread-safe. */
@SuppressWarnings("DoNotCallSuggester")
public final class TopicAdmin implements AutoCloseable {

    private TopicAdmin() {}

    /**
     * Connects, and returns when the cluster has answered. While it does not, one line is logged and the attempt goes on.
     *
     * @param patience how long to try
     * @throws KafkaUnavailableException when the cluster has not answered by then
     */
    public static TopicAdmin connect(KafkaSettings settings, Duration patience) {
        throw new UnsupportedOperationException();
    }

    /** Creates the installation's own topics that are missing. Any number of processes may do so at once. */
    public void createFixedTopics() {
        throw new UnsupportedOperationException();
    }

    /** Creates a trigger's topic, or gives it more partitions when it has fewer. Nothing happens when all is in place. */
    public void createTriggerTopic(int trigger, int partitions) {
        throw new UnsupportedOperationException();
    }

    /** Deletes a trigger's topic with all events in it. Nothing happens when there is none. */
    public void deleteTriggerTopic(int trigger) {
        throw new UnsupportedOperationException();
    }

    /** The partitions of a trigger's topic. */
    public List<TopicPartition> partitionsOf(TriggerDefinition trigger) {
        throw new UnsupportedOperationException();
    }

    /** The offset that follows the last record of each partition; partitions that do not exist are missing. */
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        throw new UnsupportedOperationException();
    }

    /** The offset of the first record still kept, of each partition; partitions that do not exist are missing. */
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
        throw new UnsupportedOperationException();
    }

    /** What a group has committed, with its metadata; partitions without a commit are missing. */
    public Map<TopicPartition, OffsetAndMetadata> committed(String group, Collection<TopicPartition> partitions) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
