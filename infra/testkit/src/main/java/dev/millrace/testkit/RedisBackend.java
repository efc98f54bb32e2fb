package dev.millrace.testkit;

import dev.millrace.embedded.EmbeddedRedis;
import java.net.URI;
import org.testcontainers.containers.GenericContainer;

/** The Redis of a test session. */
record RedisBackend(URI uri, Runnable end) implements AutoCloseable {
    private static final String VARIABLE = "MILLRACE_TEST_REDIS";
    private static final String IMAGE = "redis:7.4";
    private static final int PORT = 6379;

    static RedisBackend open() {
        String given = System.getenv(VARIABLE);
        if (given != null && !given.isBlank()) {
            return new RedisBackend(URI.create(given.strip()), () -> {});
        }
        return Docker.answers() ? inContainer() : embedded();
    }

    private static RedisBackend inContainer() {
        GenericContainer<?> container = new GenericContainer<>(IMAGE)
                .withExposedPorts(PORT)
                .withCommand("redis-server", "--appendonly", "yes", "--maxmemory-policy", "noeviction");
        container.start();
        return new RedisBackend(
                URI.create("redis://" + container.getHost() + ":" + container.getMappedPort(PORT)), container::stop);
    }

    private static RedisBackend embedded() {
        ScratchDirectory directory = ScratchDirectory.create();
        EmbeddedRedis redis = EmbeddedRedis.in(directory.path()).start();
        return new RedisBackend(redis.uri(), () -> {
            redis.close();
            directory.close();
        });
    }

    @Override
    public void close() {
        end.run();
    }
}
