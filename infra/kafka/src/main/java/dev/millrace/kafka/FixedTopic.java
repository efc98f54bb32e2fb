package dev.millrace.kafka;

import dev.millrace.contract.DelayClass;
import dev.millrace.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/**
 * A topic that every installation has.
 *
 * @param name its full name
 * @param partitions how many
 * @param options Kafka's topic options
 */
record FixedTopic(String name, int partitions, Map<String, String> options) {

    /** Largest record of the outcome log: a result of 6 MB, its log, and what is around them. */
    static final int MAX_RECORD_BYTES = 8 * 1024 * 1024;

    /** How long events and outcomes are kept: longer than any event may wait and any result is kept. */
    static final Duration RETENTION = Duration.ofDays(7);

    /** How long a dead letter is kept unless somebody sees to it. */
    static final Duration DEAD_LETTER_RETENTION = Duration.ofDays(14);

    /** How long the event of a synchronous call is kept, to be shown or replayed: longer than any call runs. */
    static final Duration REQUEST_RETENTION = Duration.ofHours(24);

    /** Nobody waits longer for a reply. */
    static final Duration REPLY_RETENTION = Duration.ofHours(1);

    /** All of them. */
    static List<FixedTopic> of(Topics topics) {
        List<FixedTopic> all = new ArrayList<>(List.of(
                new FixedTopic(topics.registry(), 1, compacted()),
                new FixedTopic(topics.code(), Topics.CODE_PARTITIONS, compacted()),
                new FixedTopic(topics.timers(), Topics.TIMER_PARTITIONS, compacted()),
                new FixedTopic(
                        topics.outcomes(),
                        Topics.OUTCOME_PARTITIONS,
                        Map.of(
                                TopicConfig.RETENTION_MS_CONFIG,
                                millis(RETENTION.plusDays(1)),
                                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                String.valueOf(MAX_RECORD_BYTES))),
                new FixedTopic(topics.dead(), Topics.DEAD_PARTITIONS, dead()),
                calls(topics.requests(), Topics.FIRST_REQUEST_PARTITIONS, REQUEST_RETENTION),
                calls(topics.replies(), Topics.REPLY_PARTITIONS, REPLY_RETENTION)));
        for (DelayClass length : DelayClass.values()) {
            all.add(delay(topics, length));
        }
        return all;
    }

    /** Segments are short, so that what is too old is not kept for the sake of what is not. */
    private static FixedTopic calls(String name, int partitions, Duration retention) {
        return new FixedTopic(
                name,
                partitions,
                Map.of(
                        TopicConfig.RETENTION_MS_CONFIG,
                        millis(retention),
                        TopicConfig.SEGMENT_MS_CONFIG,
                        millis(retention.dividedBy(12)),
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        String.valueOf(MAX_RECORD_BYTES)));
    }

    /** A letter goes when it is retracted or too old; it may hold an event of any size and the errors of all attempts. */
    private static Map<String, String> dead() {
        Map<String, String> options = new HashMap<>(compacted());
        options.put(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE);
        options.put(TopicConfig.RETENTION_MS_CONFIG, millis(DEAD_LETTER_RETENTION));
        options.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(MAX_RECORD_BYTES));
        return options;
    }

    /** What rests in it stays readable for as long as all workers may be away. */
    private static FixedTopic delay(Topics topics, DelayClass length) {
        return new FixedTopic(
                topics.delay(length),
                Topics.DELAY_PARTITIONS,
                Map.of(TopicConfig.RETENTION_MS_CONFIG, millis(RETENTION.plus(length.length()))));
    }

    /** Options of a trigger's topic. */
    static Map<String, String> triggerOptions() {
        return Map.of(TopicConfig.RETENTION_MS_CONFIG, millis(RETENTION));
    }

    /** A deletion stays visible for as long as a reader may have been cut off. */
    private static Map<String, String> compacted() {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT,
                TopicConfig.DELETE_RETENTION_MS_CONFIG,
                millis(RETENTION));
    }

    private static String millis(Duration duration) {
        return String.valueOf(duration.toMillis());
    }
}
