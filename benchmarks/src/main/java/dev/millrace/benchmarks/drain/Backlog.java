package dev.millrace.benchmarks.drain;

import dev.millrace.benchmarks.stage.Stage.Backing;
import dev.millrace.contract.TriggerDefinition;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/**
 * Events that wait in one topic, and how they are to be drained, in words that another process can be told.
 *
 * @param backing where they wait
 * @param trigger number of their trigger
 * @param partitions of its topic
 * @param events how many wait
 * @param valueBytes size of what the raw loop sets per event
 * @param limit how long draining may take; what is done by then counts
 */
record Backlog(Backing backing, int trigger, int partitions, int events, int valueBytes, Duration limit) {

    /** The function they wait for. */
    static final String FUNCTION = "drained";

    static Backlog of(Backing backing, TriggerDefinition trigger, int events, int valueBytes, Duration limit) {
        return new Backlog(backing, trigger.number(), trigger.partitions(), events, valueBytes, limit);
    }

    List<TopicPartition> topicPartitions() {
        String topic = backing.kafkaSettings().topics().trigger(trigger);
        return IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    List<String> words() {
        return List.of(
                backing.kafka(),
                backing.prefix(),
                backing.redis(),
                Integer.toString(trigger),
                Integer.toString(partitions),
                Integer.toString(events),
                Integer.toString(valueBytes),
                limit.toString());
    }

    static Backlog ofWords(List<String> words) {
        return new Backlog(
                new Backing(words.get(0), words.get(1), words.get(2)),
                Integer.parseInt(words.get(3)),
                Integer.parseInt(words.get(4)),
                Integer.parseInt(words.get(5)),
                Integer.parseInt(words.get(6)),
                Duration.parse(words.get(7)));
    }
}
