package dev.millrace.chaos.cluster;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One of Millrace's programs in the cluster. It keeps name, arguments and port over any number of processes. One thread
 * at a time does something to it; anybody may look.
 */
public final class Member {

    private static final Duration START_PATIENCE = Duration.ofSeconds(90);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(90);

    private final String name;
    private final Launch launch;
    private final Path directory;
    private final Map<String, String> environment;
    private final List<String> arguments;
    private volatile OwnProcess process;

    Member(String name, Launch launch, Path directory, Map<String, String> environment, List<String> arguments) {
        this.name = name;
        this.launch = launch;
        this.directory = directory;
        this.environment = Map.copyOf(environment);
        this.arguments = List.copyOf(arguments);
        this.process = launched(Map.of());
    }

    private OwnProcess launched(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        return OwnProcess.start(name, directory, all, launch.command(directory, arguments));
    }

    /** Such as {@code worker-2}. */
    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until it serves. */
    public URI awaitReady() throws InterruptedException {
        return process.awaitReady(START_PATIENCE);
    }

    /** Ends it with SIGKILL. */
    public void kill() {
        process.kill();
    }

    public void pause() {
        process.pause();
    }

    public void resume() {
        process.resume();
    }

    /**
     * Asks it to stop and waits.
     *
     * @throws IllegalStateException when it does not, or says that something went wrong
     */
    public void stop() throws InterruptedException {
        if (!process.stop(STOP_PATIENCE)) {
            process.kill();
            throw new IllegalStateException(name + " did not stop within " + STOP_PATIENCE.toSeconds() + " s");
        }
        if (process.exitCode() != 0) {
            throw new IllegalStateException(name + " stopped with exit code " + process.exitCode());
        }
    }

    /** Whether it ends by itself within this time. */
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return process.awaitEnd(patience);
    }

    /** Restarts it in order when that makes its kind start sooner from now on, see {@link Launch}. */
    void warm() throws InterruptedException {
        if (!launch.startsSoon(arguments.getFirst())) {
            stop();
            launch.forget(arguments.getFirst());
            start();
            awaitReady();
            stop();
            start();
        }
    }

    /** Starts a new process; the one before must be gone. */
    public void start() {
        start(Map.of());
    }

    /** The same with more environment variables, for this process only. */
    public void start(Map<String, String> more) {
        if (process.isAlive()) {
            throw new IllegalStateException(name + " runs already");
        }
        process = launched(more);
    }
}
