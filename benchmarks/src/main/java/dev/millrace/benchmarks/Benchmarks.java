package dev.millrace.benchmarks;

import dev.millrace.benchmarks.dead.DeadLettersCommand;
import dev.millrace.benchmarks.drain.ColdWayCommand;
import dev.millrace.benchmarks.drain.DrainCommand;
import dev.millrace.benchmarks.drain.PermitsCommand;
import dev.millrace.benchmarks.drain.RecorderCommand;
import dev.millrace.benchmarks.instances.InstancesCommand;
import dev.millrace.benchmarks.latency.DelayCommand;
import dev.millrace.benchmarks.latency.FairnessCommand;
import dev.millrace.benchmarks.latency.HeadOfLineCommand;
import dev.millrace.benchmarks.latency.LatencyCommand;
import dev.millrace.benchmarks.latency.NeighbourCommand;
import dev.millrace.benchmarks.limits.LimitsCommand;
import dev.millrace.benchmarks.stage.NotingWorkerCommand;
import dev.millrace.benchmarks.startup.StartupCommand;
import dev.millrace.benchmarks.sync.HttpCallerCommand;
import dev.millrace.benchmarks.sync.SyncCommand;
import dev.millrace.benchmarks.takeover.TakeoverCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The benchmarks as one command; {@code benchmarks/run} builds and starts it. */
@Command(
        name = "benchmarks/run",
        mixinStandardHelpOptions = true,
        description = "Measures Millrace beside yardsticks, on a Kafka and a Redis of its own.",
        subcommands = {
            DrainCommand.class,
            PermitsCommand.class,
            LimitsCommand.class,
            LatencyCommand.class,
            HeadOfLineCommand.class,
            FairnessCommand.class,
            NeighbourCommand.class,
            DelayCommand.class,
            TakeoverCommand.class,
            SyncCommand.class,
            DeadLettersCommand.class,
            StartupCommand.class,
            InstancesCommand.class,
            RecorderCommand.class,
            HttpCallerCommand.class,
            ColdWayCommand.class,
            NotingWorkerCommand.class
        })
public final class Benchmarks {

    private Benchmarks() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Benchmarks())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }
}
