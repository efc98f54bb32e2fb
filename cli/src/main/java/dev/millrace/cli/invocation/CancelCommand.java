package dev.millrace.cli.invocation;

import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.output.Printer;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code millrace cancel}: ends an invocation. */
@Command(
        name = "cancel",
        headerHeading = "Examples:%n  millrace cancel 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d%n"
                + "  millrace cancel 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d --graceful%n%n",
        description = "Ends an invocation: one that waits is not run, one that runs is sent SIGTERM and then killed.")
public final class CancelCommand implements Callable<Integer> {

    @Mixin
    private Session session;

    @Parameters(paramLabel = "ID", description = "The request ID.")
    private String requestId;

    @Option(names = "--graceful", description = "A run that handles SIGTERM has until its time limit to finish.")
    private boolean graceful;

    @Override
    public Integer call() {
        Printer printer = session.printer();
        JsonNode answer = session.api()
                .send(Request.post(ApiPaths.invocation(requestId) + "/cancel")
                        .json(Json.object().put("graceful", graceful)))
                .json();
        printer.note(
                answer.path("status").asString("").equals("CANCELLED")
                        ? requestId + " is cancelled"
                        : requestId + " runs and is told to end; see: millrace result " + requestId + " --wait");
        if (!printer.isTable()) {
            printer.one(answer, "");
        }
        return ExitCode.OK;
    }
}
