package dev.millrace.benchmarks.sync;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Callers over HTTP in a JVM of their own. Each line of input says how many, how many bytes they send, and for how many
 * milliseconds; each is answered by a line of figures.
 */
@Command(name = HttpCallerCommand.NAME, hidden = true, description = "Part of sync.")
public final class HttpCallerCommand implements Callable<Integer> {

    static final String NAME = "http-caller";

    @Parameters(index = "0")
    private URI address = URI.create("http://127.0.0.1");

    @Override
    public Integer call() throws IOException, InterruptedException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (HttpCalls calls = new HttpCalls(address)) {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                String[] words = line.split(" ", -1);
                Duration time = Duration.ofMillis(Long.parseLong(words[2]));
                System.out.println(calls.measure(Integer.parseInt(words[0]), Integer.parseInt(words[1]), time)
                        .words());
            }
        }
        return 0;
    }
}
