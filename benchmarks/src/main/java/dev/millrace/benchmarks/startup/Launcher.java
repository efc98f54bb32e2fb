package dev.millrace.benchmarks.startup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The script {@code millrace} at the root of the checkout.
 *
 * @param home that root
 * @param log where whatever it says on standard error goes
 */
record Launcher(Path home, Path log) {

    private static final long PATIENCE_SECONDS = 300;

    /** Starts it. */
    Process start(List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(home.resolve("millrace").toString()));
        words.addAll(arguments);
        return new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
    }

    /**
     * Runs a command to its end and answers what it printed.
     *
     * @throws IOException when it does not succeed
     */
    String run(List<String> arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(
                    "millrace " + String.join(" ", arguments) + " failed; what it said: " + log + " " + output);
        }
        return output;
    }
}
