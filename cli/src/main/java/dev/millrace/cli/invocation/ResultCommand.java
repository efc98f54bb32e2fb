package dev.millrace.cli.invocation;

import dev.millrace.cli.output.Printer;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.session.WaitOption;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code millrace result}: how an invocation stands, and what it returned. */
@Command(
        name = "result",
        headerHeading = "Examples:%n  millrace result 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d%n"
                + "  millrace result 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d --wait=2m -o json%n%n",
        description = "Shows how an invocation stands and what it returned, by its request ID.")
public final class ResultCommand implements Callable<Integer> {

    @Mixin
    private Session session;

    @Mixin
    private WaitOption wait;

    @Parameters(paramLabel = "ID", description = "The request ID.")
    private String requestId;

    @Override
    public Integer call() throws InterruptedException {
        Printer printer = session.printer();
        JsonNode invocation =
                new Waiting(session.api(), requestId).atMost(wait.time().orElse(Duration.ZERO));
        printer.one(invocation, InvocationText.facts(invocation, printer.now()));
        int code = InvocationText.exitCode(invocation, wait.time().isPresent());
        if (code == ExitCode.STILL_RUNNING) {
            throw Failure.of(code, "request " + requestId + " has not ended yet; it goes on")
                    .next("millrace result " + requestId + " --wait");
        }
        return code;
    }
}
