package dev.millrace.cli.invocation;

import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace event}: what a function was called with. */
@Command(
        name = "event",
        headerHeading = "Examples:%n  millrace event 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d%n"
                + "  millrace event 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d > event.json%n%n",
        description = "Prints the event of an invocation, byte for byte, while it is retained.")
public final class EventCommand implements Callable<Integer> {

    @Mixin
    private Session session;

    @Parameters(paramLabel = "ID", description = "The request ID.")
    private String requestId;

    @Override
    public Integer call() {
        byte[] event = session.api()
                .send(Request.get(ApiPaths.invocation(requestId) + "/event"))
                .body();
        session.printer().bytes(event);
        if (session.shell().terminal()) {
            session.shell().out().println();
        }
        return ExitCode.OK;
    }
}
