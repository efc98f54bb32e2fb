package dev.millrace.benchmarks.startup;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running {@code millrace dev}, timed from its command. */
final class DevMode implements AutoCloseable {

    private static final String READY = "ready ";
    private static final long PATIENCE_SECONDS = 90;

    private final Process process;
    private final long start;
    private final long ready;
    private final String endpoint;

    private DevMode(Process process, long start, long ready, String endpoint) {
        this.process = process;
        this.start = start;
        this.ready = ready;
        this.endpoint = endpoint;
    }

    /** Starts it on any free port and returns when it says that it is ready. */
    static DevMode start(Launcher launcher, Path data) throws IOException {
        long start = System.nanoTime();
        Process process = launcher.start(List.of("dev", "--data", data.toString(), "--port", "0"));
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        long ready = System.nanoTime();
        if (line == null || !line.startsWith(READY)) {
            process.destroy();
            throw new IOException("millrace dev printed no ready line but " + line);
        }
        return new DevMode(process, start, ready, line.substring(READY.length()).split(" ", 2)[0]);
    }

    String endpoint() {
        return endpoint;
    }

    double secondsToReady() {
        return (ready - start) / 1e9;
    }

    double secondsSinceStart() {
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("millrace dev did not stop within " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
