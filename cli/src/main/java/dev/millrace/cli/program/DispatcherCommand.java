package dev.millrace.cli.program;

import dev.millrace.dispatcher.DispatcherProgram;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace dispatcher}: one of the three programs. */
@Command(
        name = "dispatcher",
        headerHeading = "Examples:%n  millrace dispatcher --kafka kafka:9092 --redis redis://redis:6379%n"
                + "  millrace dispatcher --config millrace.yaml --port 0%n%n",
        description = "Serves the HTTP interface and records results. Any number of dispatchers share the work.")
public final class DispatcherCommand implements Callable<Integer> {

    @Mixin
    private ProgramFlags flags;

    @SuppressWarnings("UnusedVariable") // Read by ProgramFlags, as all flags are.
    @Mixin
    private BackendFlags backends;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "Where to listen (127.0.0.1); beyond loopback keys are needed.")
    @Nullable
    String host;

    @Option(names = "--port", paramLabel = "PORT", description = "HTTP interface (8080); 0 takes any free one.")
    @Nullable
    String port;

    @Option(names = "--scf-port", paramLabel = "PORT", description = "SCF's interface; not built yet.")
    @Nullable
    String scfPort;

    @Option(
            names = "--audit-every",
            paramLabel = "TIME",
            description = "How often one of the dispatchers makes the books unasked (10m); 0 for never.")
    @Nullable
    String auditEvery;

    @Option(
            names = "--queue-limit",
            paramLabel = "N",
            description = "Events that each trigger's queue may hold unless its function says otherwise (100000).")
    @Nullable
    String queueLimit;

    @Override
    public Integer call() {
        if (scfPort != null) {
            NotBuiltYet.scfPort(flags.shell(), scfPort);
        }
        return DispatcherProgram.run(
                flags.given(), flags.shell().out(), flags.shell().err());
    }
}
