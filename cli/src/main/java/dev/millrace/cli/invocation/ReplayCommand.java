package dev.millrace.cli.invocation;

import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code millrace replay}: the same event once more. */
@Command(
        name = "replay",
        headerHeading = "Examples:%n  millrace replay 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d%n"
                + "  millrace replay 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d --event @fixed.json%n%n",
        description = "Runs the event of an invocation once more, as a new invocation, and prints its request ID.")
public final class ReplayCommand implements Callable<Integer> {

    @Mixin
    private Session session;

    @Parameters(paramLabel = "ID", description = "The request ID.")
    private String requestId;

    @Option(names = "--event", paramLabel = "JSON|@FILE|-", description = "The event as it was edited.")
    private @Nullable String event;

    @Override
    public Integer call() {
        Request request = Request.post(ApiPaths.invocation(requestId) + "/replay");
        if (event != null) {
            String edited = new String(EventArgument.read(event, session.shell()), StandardCharsets.UTF_8);
            request = request.body("application/json", ("{\"event\":" + edited + "}").getBytes(StandardCharsets.UTF_8));
        }
        JsonNode accepted = session.api().send(request).json();
        session.printer().one(accepted, accepted.path("requestId").asString(""));
        return ExitCode.OK;
    }
}
