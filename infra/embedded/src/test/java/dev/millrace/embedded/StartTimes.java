package dev.millrace.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** Measures how long the servers take to start and stop; run it as the README says. */
final class StartTimes {
    private StartTimes() {}

    static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory("millrace-start-times");
        EmbeddedRedis redis = timed(
                "Redis, first start",
                () -> EmbeddedRedis.in(directory.resolve("redis")).start());
        timed("Redis, stop", redis::stop);
        timed("Redis, start again", redis::restart);
        redis.close();
        for (String kafka : new String[] {"Kafka", "another Kafka"}) {
            measure(kafka, directory.resolve(kafka));
        }
    }

    private static void measure(String name, Path directory) {
        EmbeddedKafka kafka =
                timed(name + ", first start", () -> EmbeddedKafka.in(directory).start());
        timed(name + ", stop", kafka::stop);
        timed(name + ", start again", kafka::restart);
        timed(name + ", kill", kafka::kill);
        timed(name + ", start after the kill", kafka::restart);
        kafka.close();
    }

    private static void timed(String what, Runnable action) {
        timed(what, () -> {
            action.run();
            return what;
        });
    }

    private static <T> T timed(String what, Supplier<T> action) {
        long start = System.nanoTime();
        T result = action.get();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.printf(Locale.ROOT, "%-40s %6d ms%n", what, took.toMillis());
        return result;
    }
}
