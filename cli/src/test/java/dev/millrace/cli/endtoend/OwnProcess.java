package dev.millrace.cli.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process of Millrace, run from the built jars as the launcher would run it. Ends with the test, however that ends. */
final class OwnProcess implements AutoCloseable {

    private static final Duration START_PATIENCE = Duration.ofSeconds(150);
    private static final Duration STOP_PATIENCE = Duration.ofMinutes(2);

    private final String name;
    private final Process process;
    private final Path errors;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread reading;

    private OwnProcess(String name, Process process, Path errors) {
        this.name = name;
        this.process = process;
        this.errors = errors;
        this.reading = Thread.ofVirtual().start(this::read);
    }

    /**
     * Starts {@code millrace} with these arguments.
     *
     * @param scratch where it finds home, state and temporary files
     */
    static OwnProcess millrace(Path scratch, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(java(scratch));
        command.addAll(List.of(
                "-Dmillrace.home=" + Path.of("..").toAbsolutePath().normalize(),
                "-cp",
                "target/app/lib/*",
                "dev.millrace.cli.Millrace"));
        command.addAll(List.of(arguments));
        return start(arguments[0], scratch, environment, command);
    }

    /** Starts a program of this test source with the built jars. */
    static OwnProcess program(Class<?> main, Path scratch, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(java(scratch));
        command.addAll(List.of("-cp", "target/test-classes:target/app/lib/*", main.getName()));
        command.addAll(List.of(arguments));
        return start(main.getSimpleName(), scratch, environment, command);
    }

    private static List<String> java(Path scratch) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.io.tmpdir=" + scratch);
    }

    private static OwnProcess start(String name, Path scratch, Map<String, String> environment, List<String> command) {
        try {
            Path errors = Files.createTempFile(scratch, name + "-", ".err");
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            Map<String, String> variables = builder.environment();
            variables.keySet().removeIf(variable -> variable.startsWith("MILLRACE_"));
            variables.put("XDG_STATE_HOME", scratch.resolve("state").toString());
            variables.put("XDG_DATA_HOME", scratch.resolve("data").toString());
            variables.put("XDG_CONFIG_HOME", scratch.resolve("config").toString());
            variables.putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            return new OwnProcess(name, process, errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader out = process.inputReader(UTF_8)) {
            out.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("(stdout broke off: " + e + ")");
        }
    }

    /** The address in the ready line, once it is there. */
    URI awaitReady() throws Exception {
        Eventually.within(START_PATIENCE, () -> name + " is not ready: " + errors(), () -> {
            if (!process.isAlive()) {
                throw new AssertionError(name + " ended with " + process.exitValue() + ": " + errors());
            }
            return lines.stream().anyMatch(line -> line.startsWith("ready "));
        });
        String line = lines.stream()
                .filter(one -> one.startsWith("ready "))
                .findFirst()
                .orElseThrow();
        return URI.create(line.split(" ", -1)[1]);
    }

    /** Everything on stdout so far. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Everything on stderr so far. */
    String errors() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            return "(unreadable: " + e + ")";
        }
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    /** The processes it has started, and those they have. */
    List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    /** Waits for its end; the exit code. */
    int awaitEnd(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(name + " has not ended within " + limit.toSeconds() + " s: " + errors());
        }
        reading.join();
        return process.exitValue();
    }

    /** Sends SIGTERM and waits; the exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        return awaitEnd(STOP_PATIENCE);
    }

    /** Sends SIGKILL and waits. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        Stream<ProcessHandle> children = process.descendants();
        children.toList().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }
}
