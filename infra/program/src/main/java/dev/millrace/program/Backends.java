package dev.millrace.program;

import dev.millrace.contract.Topics;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * The Kafka and the Redis of an installation.
 *
 * @param kafka bootstrap servers, {@code host:port,…}
 * @param kafkaClient settings handed to every Kafka client unchanged, such as {@code security.protocol}
 * @param topics every topic of the installation
 * @param redis {@code redis://…} or {@code rediss://…}
 * @param redisPrefix what all keys begin with
 * @param patience how long a program tries to reach them before it gives up starting
 */
public record Backends(
        String kafka,
        Map<String, String> kafkaClient,
        Topics topics,
        URI redis,
        String redisPrefix,
        Duration patience) {

    /** How long a program tries to reach its backends unless told otherwise. */
    public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(60);

    public Backends {
        kafkaClient = Map.copyOf(kafkaClient);
    }

    /**
     * Reads {@code kafka}, {@code kafka-client}, {@code topic-prefix}, {@code redis}, {@code redis-prefix} and
     * {@code start-timeout}.
     */
    public static Backends from(Settings settings) {
        String kafka = settings.text("kafka", "127.0.0.1:9092");
        Map<String, String> client = settings.section("kafka-client");
        Topics topics = topics(settings);
        URI redis = settings.uri("redis", URI.create("redis://127.0.0.1:6379"), "redis", "rediss");
        String redisPrefix = settings.text("redis-prefix", "millrace:");
        Duration patience =
                settings.duration("start-timeout", DEFAULT_PATIENCE, Duration.ofSeconds(1), Duration.ofHours(1));
        return new Backends(kafka, client, topics, redis, redisPrefix, patience);
    }

    private static Topics topics(Settings settings) {
        String prefix = settings.text("topic-prefix", Topics.DEFAULT_PREFIX);
        try {
            return new Topics(prefix);
        } catch (IllegalArgumentException e) {
            settings.mistake("topic-prefix", String.valueOf(e.getMessage()));
            return new Topics(Topics.DEFAULT_PREFIX);
        }
    }
}
