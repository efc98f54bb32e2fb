package dev.millrace.worker.consume;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;

/**
 * How a worker joins the others.
 *
 * @param client properties of the Kafka client: bootstrap servers, security, overrides
 * @param group the consumer group of all workers
 * @param instance this process's static membership ({@code group.instance.id}): fresh for every process, and what its
 *     peers name when they evict it
 * @param protocol which of Kafka's group protocols to speak
 * @param limits how much it carries
 */
public record ConsumeSettings(
        Map<String, Object> client, String group, String instance, GroupProtocol protocol, ConsumeLimits limits) {

    /** Kafka's group protocols. */
    public enum GroupProtocol {
        /** The members assign; failure is noticed within 6 s, sooner when a peer evicts. */
        CLASSIC,
        /** KIP-848: the broker assigns, and the broker's settings say how soon failure is noticed. */
        CONSUMER
    }

    public ConsumeSettings {
        if (group.isBlank() || instance.isBlank()) {
            throw new IllegalArgumentException("a worker needs a group and an instance: " + group + ", " + instance);
        }
        client = Map.copyOf(client);
    }

    /** Options of the Kafka consumer: the client's own, and what the promises of this package rest on. */
    public Map<String, Object> options() {
        Map<String, Object> options = new HashMap<>(client);
        options.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
        options.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 << 20);
        // What is fetched of one partition is handed out before the next one's: large pieces would let neighbours wait.
        options.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 256 << 10);
        options.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        options.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance);
        options.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        options.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        options.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // What an aborted transaction wrote was never accepted.
        options.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        switch (protocol) {
            case CLASSIC -> {
                options.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
                options.put(
                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
                options.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 500);
                options.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
            }
            case CONSUMER -> options.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        }
        return options;
    }
}
