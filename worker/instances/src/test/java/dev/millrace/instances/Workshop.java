package dev.millrace.instances;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Makes functions out of source text, and runs them in real processes. */
final class Workshop implements AutoCloseable {
    static final Interpreters INTERPRETERS = Interpreters.on(System.getenv("PATH"));
    static final PoolLimits ONE_INSTANCE = new PoolLimits(1, Duration.ofMinutes(1));

    private final Path directory;
    private final InstanceHost host;
    private int functions;

    Workshop(Path directory) throws IOException {
        this.directory = directory;
        this.host = InstanceHost.open(INTERPRETERS, directory.resolve("host"));
    }

    InstanceHost host() {
        return host;
    }

    /** By what the processes of all instances are found. */
    String mark() {
        return host.mark();
    }

    /** A pool of one instance of the function. */
    InstancePool python(String source) throws IOException {
        return pool(python().source("index.py", source).build());
    }

    InstancePool node(String source) throws IOException {
        return pool(node().source("index.js", source).build());
    }

    InstancePool pool(InstanceSpec spec) {
        return host.pool(spec, ONE_INSTANCE);
    }

    SpecBuilder python() throws IOException {
        return new SpecBuilder("Python3.10", newCode());
    }

    SpecBuilder node() throws IOException {
        return new SpecBuilder("Nodejs18.15", newCode());
    }

    private Path newCode() throws IOException {
        functions++;
        return Files.createDirectories(directory.resolve("code-" + functions));
    }

    @Override
    public void close() {
        host.close();
    }

    static Run run(InstancePool pool, String event) throws InterruptedException {
        return pool.run("request-1", event.getBytes(StandardCharsets.UTF_8));
    }

    /** What a function returned, as JSON text; anything else than a return fails the test. */
    static String returned(Run run) {
        if (run.end() instanceof RunEnd.Returned(byte[] json)) {
            return new String(json, StandardCharsets.UTF_8);
        }
        throw new AssertionError(run.end() + "\n" + log(run));
    }

    static String log(Run run) {
        return new String(run.log(), StandardCharsets.UTF_8);
    }

    /** A spec with everything filled in, and the means to change what a test is about. */
    static final class SpecBuilder {
        private final String runtime;
        private final Path code;
        private String handler = "index.main_handler";
        private InstanceSpec.Limits limits =
                new InstanceSpec.Limits(128, Duration.ofSeconds(30), Duration.ofSeconds(30));
        private Map<String, String> environment = Map.of();

        private SpecBuilder(String runtime, Path code) {
            this.runtime = runtime;
            this.code = code;
        }

        SpecBuilder source(String file, String source) throws IOException {
            Path target = code.resolve(file);
            Files.createDirectories(code.resolve(file).resolveSibling("."));
            Files.writeString(target, source);
            return this;
        }

        SpecBuilder handler(String newHandler) {
            handler = newHandler;
            return this;
        }

        SpecBuilder timeout(Duration timeout) {
            limits = new InstanceSpec.Limits(limits.memoryMb(), timeout, limits.initTimeout());
            return this;
        }

        SpecBuilder initTimeout(Duration timeout) {
            limits = new InstanceSpec.Limits(limits.memoryMb(), limits.timeout(), timeout);
            return this;
        }

        SpecBuilder environment(Map<String, String> variables) {
            environment = variables;
            return this;
        }

        InstanceSpec build() {
            return new InstanceSpec(
                    new InstanceSpec.Function("shop", "resize", "$LATEST"),
                    new InstanceSpec.Account("ap-guangzhou", "1250000000", "100000000001"),
                    runtime,
                    handler,
                    code,
                    limits,
                    environment);
        }
    }
}
