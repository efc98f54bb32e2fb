package dev.millrace.worker.consume;

import java.util.Map;

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
}
