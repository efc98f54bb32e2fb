package dev.millrace.testkit;

import dev.millrace.embedded.EmbeddedKafka;
import org.testcontainers.kafka.KafkaContainer;

/** The Kafka of a test session. */
record KafkaBackend(String bootstrapServers, Runnable end) implements AutoCloseable {
    private static final String VARIABLE = "MILLRACE_TEST_KAFKA";
    private static final String IMAGE = "apache/kafka:4.3.1";

    static KafkaBackend open() {
        String given = System.getenv(VARIABLE);
        if (given != null && !given.isBlank()) {
            return new KafkaBackend(given.strip(), () -> {});
        }
        return Docker.answers() ? inContainer() : embedded();
    }

    private static KafkaBackend inContainer() {
        KafkaContainer container = new KafkaContainer(IMAGE)
                .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                .withEnv("KAFKA_MESSAGE_MAX_BYTES", Integer.toString(9 << 20))
                .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
                .withEnv("KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS", "500");
        container.start();
        return new KafkaBackend(container.getBootstrapServers(), container::stop);
    }

    private static KafkaBackend embedded() {
        ScratchDirectory directory = ScratchDirectory.create();
        EmbeddedKafka kafka = EmbeddedKafka.in(directory.path()).asShortLived().start();
        return new KafkaBackend(kafka.bootstrapServers(), () -> {
            kafka.close();
            directory.close();
        });
    }

    @Override
    public void close() {
        end.run();
    }
}
