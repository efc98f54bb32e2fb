package dev.millrace.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A server running as a child that ends with this process, even if this process is killed.
 *
 * <p>The child's standard input is a pipe whose only writer is this process. A shell waits at its end and sends the
 * server SIGTERM when it closes, so an orderly stop and the sudden death of this process take the same path. Server and
 * watcher are in a session of their own where the system can do that: a Ctrl-C in the terminal, or a signal to the whole
 * process group, reaches this process only, which then stops its servers in its own order, or dies and takes them along.
 */
final class ServerProcess {
    /** Both are born into the new session; a watcher left in the old one would die with this process's group. */
    private static final String OWN_SESSION =
            "if command -v setsid >/dev/null; then exec setsid sh -c \"$0\" \"$@\"; else exec sh -c \"$0\" \"$@\"; fi";

    /** After the {@code exec} the server has the shell's process ID, which is what {@code $$} names in the watcher. */
    private static final String TETHER = """
            exec 3<&0 </dev/null
            (trap '' INT HUP TERM; read -r _ <&3 || kill -TERM $$) >/dev/null 2>&1 &
            exec 3<&-
            exec "$@"
            """;

    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Duration PROBE_PAUSE = Duration.ofMillis(10);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);

    private final String name;
    private final Path log;
    private final Process process;

    private ServerProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts {@code command} in {@code directory}; its output goes to {@code <directory>/<name>.log}, that of the
     * previous run stays beside it.
     */
    static ServerProcess start(String name, Path directory, List<String> command) {
        Path pidFile = directory.resolve("server.pid");
        Path log = directory.resolve(name + ".log");
        List<String> tethered = new ArrayList<>(List.of("sh", "-c", OWN_SESSION, TETHER, name));
        tethered.addAll(command);
        try {
            awaitPredecessor(name, directory, pidFile);
            if (Files.exists(log)) {
                Files.move(log, directory.resolve(name + ".previous.log"), StandardCopyOption.REPLACE_EXISTING);
            }
            Process process = new ProcessBuilder(tethered)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Files.writeString(pidFile, process.pid() + " " + startOf(process.toHandle()) + "\n");
            return new ServerProcess(name, log, process);
        } catch (IOException e) {
            throw new EmbeddedServerException(name + " cannot be started in " + directory + " (" + e + ")", e);
        }
    }

    /** The server of a process killed a moment ago may still be writing; two on the same data would corrupt it. */
    private static void awaitPredecessor(String name, Path directory, Path pidFile) throws IOException {
        if (!Files.exists(pidFile)) {
            return;
        }
        String[] words = Files.readString(pidFile).strip().split(" ", -1);
        Optional<ProcessHandle> running = words.length == 2
                ? ProcessHandle.of(Long.parseLong(words[0])).filter(handle -> words[1].equals(startOf(handle)))
                : Optional.empty();
        if (running.isPresent() && !endsWithin(running.get(), STOP_PATIENCE)) {
            throw new EmbeddedServerException("The " + name + " of an earlier run (process " + words[0]
                    + ") still uses " + directory + "; stop it with: kill " + words[0]);
        }
    }

    private static String startOf(ProcessHandle handle) {
        return handle.info()
                .startInstant()
                .map(start -> Long.toString(start.getEpochSecond()))
                .orElse("unknown");
    }

    private static boolean endsWithin(ProcessHandle handle, Duration patience) {
        try {
            handle.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return !handle.isAlive();
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Asks until the server answers.
     *
     * @throws EmbeddedServerException if the server dies first or stays silent for a minute; it is dead then
     */
    void awaitAnswer(BooleanSupplier question) {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        while (!question.getAsBoolean()) {
            if (!process.isAlive()) {
                throw failure("ended before it was ready");
            }
            if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
                kill();
                throw failure("was not ready in time and was stopped");
            }
            LockSupport.parkNanos(PROBE_PAUSE.toNanos());
        }
    }

    /** Closes the pipe and waits for the server to finish its work; a server that does not is killed. */
    void stop() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // The pipe breaks when the server has just died, which is what is wanted.
        }
        if (!endsWithin(process.toHandle(), STOP_PATIENCE)) {
            kill();
        }
    }

    /** Ends the server at once, as a power cut would, and returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    private EmbeddedServerException failure(String what) {
        String output = readLog();
        String message = name + " " + what + "; its log " + log + " ends: " + lastLine(output);
        return output.contains("ddress already in use")
                ? new EmbeddedServerException.PortLost(message)
                : new EmbeddedServerException(message);
    }

    private static String lastLine(String output) {
        return output.lines()
                .filter(line -> !line.isBlank())
                .reduce((first, second) -> second)
                .orElse("(empty)");
    }

    private String readLog() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(unreadable: " + e + ")";
        }
    }
}
