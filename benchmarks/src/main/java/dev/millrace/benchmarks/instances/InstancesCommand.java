package dev.millrace.benchmarks.instances;

import dev.millrace.benchmarks.report.Report;
import dev.millrace.benchmarks.report.ReportOptions;
import dev.millrace.benchmarks.stage.Events;
import dev.millrace.instances.InstanceHost;
import dev.millrace.instances.InstancePool;
import dev.millrace.instances.InstanceSpec;
import dev.millrace.instances.Interpreters;
import dev.millrace.instances.PoolLimits;
import dev.millrace.instances.Run;
import dev.millrace.instances.RunEnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code python}: one warm instance of a Python and of a Node.js function, called one event after another, beside a bare
 * process of the same interpreter that sends the same bytes back over the same kind of pipe.
 */
@Command(name = "python", description = "Calls per second of a warm Python and Node.js instance, beside a bare pipe.")
public final class InstancesCommand implements Callable<Integer> {

    @Mixin
    private ReportOptions options;

    @Option(names = "--seconds", description = "Length of each measurement (${DEFAULT-VALUE}).", defaultValue = "3")
    private int seconds;

    @Option(names = "--bytes", description = "Size of an event (${DEFAULT-VALUE}).", defaultValue = "300")
    private int bytes;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Report report = options.begin();
        byte[] event = Events.json(1, bytes, new SplittableRandom(1));
        Path directory = Files.createTempDirectory("millrace-instances");
        try (InstanceHost host = InstanceHost.open(Interpreters.on(System.getenv("PATH")), directory.resolve("host"))) {
            for (Interpreter interpreter : Interpreter.values()) {
                measure(interpreter, host, directory, event, report);
            }
        } finally {
            delete(directory);
        }
        report.note("Events of " + bytes
                + " bytes; the function returns a number, the bare process sends all of them back.");
        options.finish(report);
        return 0;
    }

    private void measure(Interpreter interpreter, InstanceHost host, Path directory, byte[] event, Report report)
            throws IOException, InterruptedException {
        Path code = Files.createDirectories(directory.resolve(interpreter.text()));
        Files.writeString(code.resolve(interpreter.file()), interpreter.function());
        InstanceSpec spec = new InstanceSpec(
                new InstanceSpec.Function("default", "bench", "$LATEST"),
                new InstanceSpec.Account("local", "0", "0"),
                interpreter.runtime(),
                "index.main_handler",
                code,
                new InstanceSpec.Limits(256, Duration.ofSeconds(10), Duration.ofSeconds(30)),
                Map.of());
        try (InstancePool pool = host.pool(spec, new PoolLimits(1, Duration.ofMinutes(5)));
                PipeEcho echo = PipeEcho.start(interpreter)) {
            Call pooled = () -> requireReturned(pool.run("11111111-1111-8111-8111-111111111111", event));
            Call bare = () -> echo.send(event);
            perSecond(pooled);
            perSecond(bare); // Both are warm now.
            for (int i = 0; i < options.rounds(); i++) {
                double raw = perSecond(bare);
                double calls = perSecond(pooled);
                report.add(interpreter.text() + " function", "calls/s", calls);
                report.add(interpreter.text() + " bare pipe", "calls/s", raw);
                report.add(interpreter.text() + " ratio", "", calls / raw);
                options.progress().println(interpreter.text() + " round " + i + ": " + calls / raw);
            }
        }
    }

    private static void requireReturned(Run run) {
        if (!(run.end() instanceof RunEnd.Returned)) {
            throw new IllegalStateException("a run failed: " + run.end().describe());
        }
    }

    private double perSecond(Call call) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long end = start + Duration.ofSeconds(seconds).toNanos();
        long count = 0;
        long now = start;
        while (now < end) {
            call.run();
            count++;
            now = System.nanoTime();
        }
        return count * 1e9 / (now - start);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** One event there and back. */
    @FunctionalInterface
    private interface Call {
        void run() throws IOException, InterruptedException;
    }
}
