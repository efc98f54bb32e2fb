package dev.millrace.cli.program;

import dev.millrace.chaos.ChaosReport;
import dev.millrace.chaos.ChaosRun;
import dev.millrace.chaos.ChaosSettings;
import dev.millrace.chaos.cluster.Launch;
import dev.millrace.chaos.scenario.Scenario;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import dev.millrace.cli.shell.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace chaos}: hurts a cluster of its own and says whether every promise was kept. */
@Command(
        name = "chaos",
        headerHeading = "Examples:%n  millrace chaos --faults 20%n  millrace chaos --scenario worker-kill --seed 7%n"
                + "  millrace chaos --faults 200 --seed 1 --report chaos.json%n%n",
        description = "Starts a temporary cluster on this machine out of real processes, sends it events, kills, pauses"
                + " and cuts off its parts by a seed, and has an independent checker judge what became of every event."
                + " Touches nothing else. Exit code 0: every promise was kept; 1: one was broken.")
public final class ChaosCommand implements Callable<Integer> {

    /** By name: the commands do not look at the class that picks among them. */
    private static final String COMMAND_LINE = "dev.millrace.cli.Millrace";

    private static final String NO_CLOCK = "not on this machine: install libfaketime";

    @Mixin
    private ProgramFlags flags;

    @Option(names = "--faults", paramLabel = "N", description = "How many faults (20).")
    private int faults = 20;

    @Option(names = "--seed", paramLabel = "S", description = "Of everything that is drawn (a new one; it is printed).")
    @Nullable
    Long seed;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "No fault begins later than this (20s of calm, 1d of anything else).")
    @Nullable
    Duration duration;

    @Option(names = "--rate", paramLabel = "R", description = "Events a second (20).")
    private int rate = 20;

    @Option(names = "--scenario", paramLabel = "NAME", description = "Which faults (mixed).")
    private String scenario = "mixed";

    @Option(names = "--list", description = "List the scenarios and end.")
    private boolean list;

    @Option(names = "--report", paramLabel = "FILE", description = "Write a report as JSON.")
    @Nullable
    Path report;

    @Option(names = "--keep", description = "Keep the folder with data, logs and journal.")
    private boolean keep;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Shell shell = flags.shell();
        if (list) {
            Arrays.stream(Scenario.values())
                    .forEach(one -> shell.out()
                            .println("%-20s %-9s %s%s"
                                    .formatted(
                                            one.text(),
                                            one.row(),
                                            one.what(),
                                            one.isPossible() ? "" : " (" + NO_CLOCK + ")")));
            return ExitCode.OK;
        }
        ChaosSettings settings = settings();
        Logging.quiet(shell);
        try {
            ChaosReport outcome = new ChaosRun(settings, new Launch(COMMAND_LINE), shell.err()).run();
            outcome.lines().forEach(shell.out()::println);
            return outcome.holds() ? ExitCode.OK : ExitCode.FUNCTION_FAILED;
        } catch (IllegalStateException e) {
            throw Failure.of(ExitCode.UNAVAILABLE, "chaos came to no verdict: " + e.getMessage())
                    .next("run it again with --keep and look at the logs")
                    .because(e);
        }
    }

    private ChaosSettings settings() {
        Scenario wanted = scenario();
        try {
            return new ChaosSettings(
                    seed == null ? System.nanoTime() % 1_000_000 : seed,
                    faults,
                    duration == null ? usual(wanted) : duration,
                    rate,
                    wanted,
                    report,
                    keep,
                    passedOn());
        } catch (IllegalArgumentException e) {
            throw Failure.of(ExitCode.USAGE, String.valueOf(e.getMessage())).next("millrace chaos --help");
        }
    }

    private static Duration usual(Scenario scenario) {
        return scenario == Scenario.CALM ? Duration.ofSeconds(20) : Duration.ofDays(1);
    }

    private Scenario scenario() {
        Scenario wanted = Scenario.of(scenario)
                .orElseThrow(() -> Failure.of(ExitCode.USAGE, "there is no scenario " + scenario)
                        .next("millrace chaos --list"));
        if (!wanted.isPossible()) {
            throw Failure.of(ExitCode.USAGE, scenario + " is " + NO_CLOCK);
        }
        return wanted;
    }

    /** How much the programs log, and bugs that are switched on for the checker to find. */
    private Map<String, String> passedOn() {
        return flags.shell().environment().entrySet().stream()
                .filter(variable -> variable.getKey().equals("MILLRACE_LOG_LEVEL")
                        || variable.getKey().equals("MILLRACE_SEEDED_BUG"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, _) -> one, TreeMap::new));
    }
}
