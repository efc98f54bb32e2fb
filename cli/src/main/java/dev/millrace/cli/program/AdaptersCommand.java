package dev.millrace.cli.program;

import dev.millrace.trigger.AdaptersProgram;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace adapters}: one of the three programs. */
@Command(
        name = "adapters",
        headerHeading = "Examples:%n  millrace adapters --kafka kafka:9092%n"
                + "  millrace adapters --config millrace.yaml --port 0%n%n",
        description = "Turns timers and notifications into events. Any number of adapters share the work.")
public final class AdaptersCommand implements Callable<Integer> {

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

    @Option(names = "--port", paramLabel = "PORT", description = "Notifications (8085); 0 takes any free one.")
    @Nullable
    String port;

    @Option(
            names = "--queue-limit",
            paramLabel = "N",
            description = "Events that each trigger's queue may hold unless its function says otherwise (100000).")
    @Nullable
    String queueLimit;

    @Override
    public Integer call() {
        return AdaptersProgram.run(
                flags.given(), flags.shell().out(), flags.shell().err());
    }
}
