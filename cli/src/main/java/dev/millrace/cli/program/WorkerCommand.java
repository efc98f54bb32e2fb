package dev.millrace.cli.program;

import dev.millrace.worker.WorkerProgram;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace worker}: one of the three programs. */
@Command(
        name = "worker",
        headerHeading = "Examples:%n  millrace worker --kafka kafka:9092 --redis redis://redis:6379%n"
                + "  millrace worker --config millrace.yaml --slots 32%n%n",
        description = "Runs functions. Any number of workers share the work.")
public final class WorkerCommand implements Callable<Integer> {

    @Mixin
    private ProgramFlags flags;

    @SuppressWarnings("UnusedVariable") // Read by ProgramFlags, as all flags are.
    @Mixin
    private BackendFlags backends;

    @Option(names = "--slots", paramLabel = "N", description = "Functions running at once (4 for each processor).")
    @Nullable
    String slots;

    @Option(
            names = "--sandbox",
            paramLabel = "auto|none",
            description = "Functions run without one, whichever is said: it is not built yet.")
    @Nullable
    String sandbox;

    @Override
    public Integer call() {
        return WorkerProgram.run(
                flags.given(), flags.shell().out(), flags.shell().err());
    }
}
