package dev.millrace.cli.invocation;

import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.client.EventStream;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.output.Printer;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace logs}: what a function wrote while it ran, and the platform's lines around it. */
@Command(
        name = "logs",
        headerHeading = "Examples:%n  millrace logs 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d%n"
                + "  millrace logs 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d -f%n%n",
        description = "Shows the log of an invocation, by its request ID.")
public final class LogsCommand implements Callable<Integer> {

    /** The server gives a sign of life every few seconds. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    @Mixin
    private Session session;

    @Parameters(paramLabel = "ID", description = "The request ID.")
    private String requestId;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on, attempt by attempt, until the invocation has ended.")
    private boolean follow;

    @Option(names = "--attempt", paramLabel = "N", description = "Only this attempt.")
    private @Nullable Integer attempt;

    @Override
    public Integer call() throws IOException {
        Printer printer = session.printer();
        String path = ApiPaths.invocation(requestId) + "/logs";
        if (!follow) {
            Request request = Request.get(attempt == null ? path : path + "?attempt=" + attempt);
            String text =
                    session.api().send(request.header("Accept", "text/plain")).text();
            if (text.isEmpty()) {
                printer.note("no attempt has ended yet; follow it by: millrace logs " + requestId + " -f");
            }
            printer.bytes(text.getBytes(StandardCharsets.UTF_8));
            return ExitCode.OK;
        }
        if (attempt != null) {
            throw Failure.usage("--attempt is for a log that is there; -f follows all attempts");
        }
        try (EventStream events = session.api().follow(Request.get(path).patience(SILENCE))) {
            return follow(events, printer);
        }
    }

    private int follow(EventStream events, Printer printer) {
        for (Optional<EventStream.Event> event = next(events); event.isPresent(); event = next(events)) {
            String data = event.get().data();
            switch (event.get().name()) {
                case "log" -> {
                    if (!printer.stream(data + "\n")) {
                        return ExitCode.OK; // Whoever read has gone, as in `logs -f | head`.
                    }
                }
                case "end" -> {
                    printer.note("ended as " + printer.status(data));
                    return ExitCode.OK;
                }
                default -> {
                    // A newer server may tell more than this command knows to show.
                }
            }
        }
        throw Failure.of(ExitCode.UNAVAILABLE, "the server closed the log before the invocation had ended")
                .next("millrace logs " + requestId + " -f");
    }

    private Optional<EventStream.Event> next(EventStream events) {
        try {
            return events.next();
        } catch (IOException e) {
            throw Failure.of(ExitCode.UNAVAILABLE, "the log broke off: " + e.getMessage())
                    .next("millrace logs " + requestId + " -f")
                    .because(e);
        }
    }
}
