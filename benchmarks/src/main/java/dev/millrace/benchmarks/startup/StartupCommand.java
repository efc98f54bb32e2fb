package dev.millrace.benchmarks.startup;

import dev.millrace.benchmarks.report.Report;
import dev.millrace.benchmarks.report.ReportOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code startup}: {@code millrace dev} as a user types it, built already; each round in a new data directory: the first
 * start, a deployment, a stop, the second start, the first result. Times count from the command.
 */
@Command(name = "startup", description = "From ./millrace dev to its ready line and to a first result.")
public final class StartupCommand implements Callable<Integer> {

    @Mixin
    private ReportOptions options;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("millrace.home", ".")).toAbsolutePath();
        Path log = Files.createTempFile("millrace-startup", ".log"); // Stays when something fails.
        Launcher launcher = new Launcher(home, log);
        launcher.run(List.of("version")); // Builds when needed, so that no round does.
        Report report = options.begin();
        for (int i = 0; i < options.rounds(); i++) {
            Path data = Files.createTempDirectory("millrace-startup");
            try {
                round(launcher, home, data, report);
            } finally {
                delete(data);
            }
            options.progress().println("round " + i + " done");
        }
        Files.delete(log);
        report.note("invoke --async --wait is a JVM of its own: its start is in the time to the first result.");
        options.finish(report);
        return 0;
    }

    private static void round(Launcher launcher, Path home, Path data, Report report)
            throws IOException, InterruptedException {
        try (DevMode first = DevMode.start(launcher, data)) {
            report.add("first start to ready", "s", first.secondsToReady());
            launcher.run(List.of("deploy", home.resolve("examples/hello").toString(), "--endpoint", first.endpoint()));
        }
        try (DevMode second = DevMode.start(launcher, data)) {
            report.add("second start to ready", "s", second.secondsToReady());
            launcher.run(List.of(
                    "invoke",
                    "hello",
                    "--async",
                    "--wait",
                    "-d",
                    "{\"name\":\"Mill\"}",
                    "--endpoint",
                    second.endpoint()));
            report.add("second start to first result", "s", second.secondsSinceStart());
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
