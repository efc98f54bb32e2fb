package dev.millrace.testkit;

/**
 * A test class's own part of the shared Kafka.
 *
 * @param bootstrapServers for the clients' {@code bootstrap.servers}
 * @param prefix starts the name of each topic and group the class uses; ends with a dot
 */
public record KafkaSpace(String bootstrapServers, String prefix) {
    /** A name (of a topic, a group, a client) that no other test class uses. */
    public String name(String suffix) {
        return prefix + suffix;
    }
}
