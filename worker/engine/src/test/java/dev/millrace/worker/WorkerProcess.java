package dev.millrace.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link WorkerMain} that runs. */
final class WorkerProcess implements AutoCloseable {

    private final String name;
    private final Process process;

    /** Starts it and returns when it takes events. */
    WorkerProcess(Fleet fleet, String name, Path ledger, String... options) throws IOException {
        this.name = name;
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m", "-XX:+UseSerialGC"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), WorkerMain.class.getName(), name));
        command.addAll(List.of(
                fleet.kafka.bootstrapServers(),
                fleet.kafka.topics().prefix(),
                fleet.redis.uri().toString(),
                fleet.redis.keyPrefix(),
                ledger.toString()));
        process = new ProcessBuilder(command)
                .redirectError(Path.of(ledger + "." + name + ".err").toFile())
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        while (line != null && !line.equals("ready")) {
            line = out.readLine();
        }
        if (line == null) {
            throw new IOException("worker " + name + " did not start, see " + ledger + "." + name + ".err");
        }
        // What it says from now on is of no interest, but must not fill the pipe.
        Thread.ofVirtual().start(() -> out.lines().forEach(ignored -> {}));
    }

    String name() {
        return name;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    void awaitEnd() throws InterruptedException {
        process.waitFor(60, TimeUnit.SECONDS);
    }

    /** SIGSTOP or SIGCONT, {@code "STOP"} or {@code "CONT"}. */
    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
