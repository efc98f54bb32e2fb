package dev.millrace.chaos.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A child process that dies with this one, however this one dies. Thread-safe.
 *
 * <p>Its standard input is a pipe that only this process holds; a shell waits at its end and kills the child when the pipe
 * closes without a word.
 */
public final class OwnProcess {

    private static final String TETHER = """
            exec 3<&0 </dev/null
            (trap '' INT HUP TERM; read -r _ <&3 || kill -KILL $$) >/dev/null 2>&1 &
            exec 3<&-
            exec "$@"
            """;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private final String name;
    private final Process process;
    private final Path out;
    private final Path err;

    private OwnProcess(String name, Process process, Path out, Path err) {
        this.name = name;
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts a command.
     *
     * @param name what its output files are called
     * @param directory where they are
     */
    public static OwnProcess start(String name, Path directory, Map<String, String> environment, List<String> command) {
        List<String> tethered = new ArrayList<>(List.of("sh", "-c", TETHER, name));
        tethered.addAll(command);
        Path out = directory.resolve(name + ".out");
        Path err = directory.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(tethered)
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(err.toFile()));
        builder.environment().keySet().removeIf(variable -> variable.startsWith("MILLRACE_"));
        builder.environment().putAll(environment);
        try {
            return new OwnProcess(name, builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be started", e);
        }
    }

    /** The process number. */
    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Its exit code; it must have ended. */
    public int exitCode() {
        return process.exitValue();
    }

    /** What it wrote to standard output. */
    public String output() {
        try {
            return Files.readString(out, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** What it wrote to standard error, this process and those of the same name before it. */
    public String errors() {
        try {
            return Files.readString(err, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Waits for the line {@code ready URL}.
     *
     * @return the URL
     * @throws IllegalStateException when the process ends first, or the patience does
     */
    public URI awaitReady(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Optional<URI> address = address();
            if (address.isPresent()) {
                return address.get();
            }
            if (!process.isAlive()) {
                throw new IllegalStateException(name + " ended with " + process.exitValue() + "; see " + err);
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        name + " was not ready within " + patience.toSeconds() + " s; see " + err);
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    private Optional<URI> address() {
        return output().lines()
                .filter(line -> line.startsWith("ready "))
                .map(line -> URI.create(line.split(" ", -1)[1]))
                .findFirst();
    }

    /** Ends it with SIGKILL, also while it is paused, and returns when it is gone. */
    public void kill() {
        // By its handle: Process.destroy would close the pipe before it sends the signal, and the watcher would act.
        process.toHandle().destroyForcibly();
        process.onExit().join();
        untie();
    }

    /** Sends SIGTERM and waits. */
    public boolean stop(Duration patience) throws InterruptedException {
        process.toHandle().destroy();
        return awaitEnd(patience);
    }

    /** Whether it ends within this time. */
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (ended) {
            untie();
        }
        return ended;
    }

    /** Stops it where it is (SIGSTOP). */
    public void pause() {
        signal("-STOP");
    }

    /** Lets it go on (SIGCONT). */
    public void resume() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be sent " + signal, e);
        }
    }

    /** The watcher must end by a word: at the mere end of the pipe it would kill whoever has got the number since. */
    private void untie() {
        try {
            process.getOutputStream().write('\n');
            process.getOutputStream().close();
        } catch (IOException e) {
            // The watcher has gone already; so there is nobody left who could kill anything.
        }
    }
}
