package dev.millrace.benchmarks.stage;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.EmbeddedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;

/** A broker and a Redis of one's own in a temporary directory, which goes with them. */
public final class Ground implements AutoCloseable {

    private final Path directory;
    private final EmbeddedKafka kafka;
    private final EmbeddedRedis redis;

    private Ground(Path directory, EmbeddedKafka kafka, EmbeddedRedis redis) {
        this.directory = directory;
        this.kafka = kafka;
        this.redis = redis;
    }

    /** Starts both, empty, as {@code millrace dev} starts them. */
    public static Ground open() throws IOException {
        Path directory = Files.createTempDirectory("millrace-bench");
        try {
            EmbeddedKafka kafka = EmbeddedKafka.in(directory.resolve("kafka")).start();
            try {
                return new Ground(
                        directory,
                        kafka,
                        EmbeddedRedis.in(directory.resolve("redis")).start());
            } catch (RuntimeException e) {
                kafka.close();
                throw e;
            }
        } catch (RuntimeException e) {
            delete(directory);
            throw e;
        }
    }

    /** The broker's address. */
    public String kafka() {
        return kafka.bootstrapServers();
    }

    /** The address of Redis. */
    public String redis() {
        return redis.uri().toString();
    }

    /** For whatever else a measurement leaves behind. */
    public Path directory() {
        return directory;
    }

    /** Takes everything out of Redis. Nobody may be recording. */
    public void emptyRedis() {
        try (Jedis jedis = new Jedis(redis.uri())) {
            jedis.flushAll();
        }
    }

    @Override
    public void close() {
        try {
            kafka.close();
        } finally {
            redis.close();
            delete(directory);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> found = Files.walk(directory)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("what was measured on could not be deleted: " + directory, e);
        }
    }
}
