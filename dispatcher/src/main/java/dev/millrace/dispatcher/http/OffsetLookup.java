package dev.millrace.dispatcher.http;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Topics;
import dev.millrace.dispatcher.wait.EventOffsets;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.TopicAdmin;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Asks Kafka where an event's partition and its outcome partition begin, end, and are committed. Thread-safe. */
final class OffsetLookup {

    /** For a question whose answer does not depend on it. */
    static final EventOffsets NOT_ASKED = new EventOffsets(0, 0, 0, 0);

    private final TopicAdmin admin;
    private final KafkaSettings settings;

    OffsetLookup(TopicAdmin admin, KafkaSettings settings) {
        this.admin = admin;
        this.settings = settings;
    }

    /** The commit is asked first: an event below it has its outcome below the end that is asked afterwards. */
    EventOffsets of(EventAddress address) {
        TopicPartition events = settings.partitionOf(address);
        TopicPartition outcomes = new TopicPartition(settings.topics().outcomes(), Topics.outcomePartition(address));
        OffsetAndMetadata commit =
                admin.committed(settings.groupOf(address), List.of(events)).get(events);
        Map<TopicPartition, Long> ends = admin.endOffsets(List.of(events, outcomes));
        Map<TopicPartition, Long> begins = admin.beginningOffsets(List.of(events));
        return new EventOffsets(
                begins.getOrDefault(events, 0L),
                ends.getOrDefault(events, 0L),
                commit == null ? 0 : commit.offset(),
                ends.getOrDefault(outcomes, 0L));
    }
}
