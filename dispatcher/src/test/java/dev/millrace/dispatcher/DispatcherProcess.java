package dev.millrace.dispatcher;

import dev.millrace.program.CrashPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A dispatcher as a process of its own, from the classes under test, that may die at a crash point. */
public final class DispatcherProcess implements AutoCloseable {

    private final Process process;
    private final URI uri;

    private DispatcherProcess(Process process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    /** Starts one and waits until it is ready. */
    public static DispatcherProcess start(Map<String, String> environment, Path errors) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName()))
                .redirectError(errors.toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("MILLRACE_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("ready ")) {
                return new DispatcherProcess(process, URI.create(line.split(" ", -1)[1]));
            }
        }
        throw new IOException("the dispatcher ended before it was ready; see " + errors);
    }

    /** Where it serves. */
    public URI uri(String path) {
        return uri.resolve(path);
    }

    /** Whether it died at its crash point, within half a minute. */
    public boolean hasCrashed() throws InterruptedException {
        return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == CrashPoint.EXIT_CODE;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /** What the process runs. */
    static final class Main {

        private Main() {}

        static void main() {
            Map<String, String> flags = Map.of("port", "0", "internal-port", "0");
            System.exit(DispatcherProgram.run(flags, System.out, System.err));
        }
    }
}
