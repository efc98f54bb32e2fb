package dev.millrace.cli.endtoend;

import dev.millrace.cli.client.Api;
import dev.millrace.cli.function.Deployment;
import dev.millrace.cli.source.FunctionFile;
import dev.millrace.contract.Topics;
import dev.millrace.embedded.EmbeddedRedis;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.testkit.KafkaSpace;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Dispatchers, adapters and workers as processes of their own, on the shared Kafka and a Redis that may be broken. */
final class Fleet implements AutoCloseable {

    private final KafkaSpace kafka;
    private final Path scratch;
    private final EmbeddedRedis redis;
    private final List<OwnProcess> processes = new ArrayList<>();

    Fleet(KafkaSpace kafka, Path scratch) {
        this.kafka = kafka;
        this.scratch = scratch;
        this.redis = EmbeddedRedis.in(scratch.resolve("redis")).start();
    }

    OwnProcess dispatcher() {
        return started("dispatcher", "--port", "0", "--internal-port", "0");
    }

    OwnProcess adapters() {
        return started("adapters", "--port", "0", "--internal-port", "0");
    }

    OwnProcess worker() {
        return started("worker", "--slots", "4", "--internal-port", "0");
    }

    /** A worker that brings its own handler of the function {@code java}. */
    OwnProcess javaWorker() {
        OwnProcess worker = OwnProcess.program(JavaWorker.class, scratch, environment());
        processes.add(worker);
        return worker;
    }

    private OwnProcess started(String... arguments) {
        OwnProcess process = OwnProcess.millrace(scratch, environment(), arguments);
        processes.add(process);
        return process;
    }

    private Map<String, String> environment() {
        return Map.of(
                "MILLRACE_KAFKA", kafka.bootstrapServers(),
                "MILLRACE_TOPIC_PREFIX", kafka.prefix(),
                "MILLRACE_REDIS", redis.uri().toString());
    }

    /** For tests that look into Kafka themselves. */
    KafkaSettings kafka() {
        return KafkaSettings.of(kafka.bootstrapServers()).with(new Topics(kafka.prefix()));
    }

    EmbeddedRedis redis() {
        return redis;
    }

    /** A file that functions may write to. */
    Path file(String name) {
        return scratch.resolve(name);
    }

    /**
     * Deploys a function.
     *
     * @param yaml its function.yaml
     * @param file name of its one source file; empty for none
     */
    void deploy(URI dispatcher, String yaml, String file, String source) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(scratch, "function");
        Files.writeString(folder.resolve("function.yaml"), yaml);
        if (!file.isEmpty()) {
            Files.writeString(folder.resolve(file), source);
        }
        new Deployment(new Api(dispatcher, null), FunctionFile.read(folder, Instant.now())).put();
    }

    /** What all processes have to say, for a test that fails. */
    String errors() {
        return processes.stream()
                .map(process -> "\n--- " + process.name() + "\n" + process.errors())
                .collect(Collectors.joining());
    }

    /** Ends every process, then Redis. */
    @Override
    public void close() {
        processes.forEach(OwnProcess::close);
        redis.close();
    }
}
