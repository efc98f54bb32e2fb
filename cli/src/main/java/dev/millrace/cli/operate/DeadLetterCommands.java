package dev.millrace.cli.operate;

import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.output.Ago;
import dev.millrace.cli.output.Column;
import dev.millrace.cli.output.Printer;
import dev.millrace.cli.session.CommandGroup;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code millrace dlq}: events that were given up. */
@Command(
        name = "dlq",
        headerHeading =
                "Examples:%n  millrace dlq list%n  millrace dlq replay 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d%n%n",
        description = "Shows dead letters, runs them again, drops them.",
        synopsisSubcommandLabel = "COMMAND")
public final class DeadLetterCommands extends CommandGroup {

    @Command(
            name = "list",
            headerHeading = "Examples:%n  millrace dlq list%n  millrace dlq list -o jsonl%n%n",
            description = "Lists the dead letters.")
    int list(@Mixin Session session) {
        Printer printer = session.printer();
        printer.list(
                session.list("/v1/dead-letters"),
                "there are no dead letters",
                Column.of("REQUEST", "requestId"),
                Column.of("FUNCTION", "function"),
                Column.of("REASON", "reason"),
                Column.of("ATTEMPTS", "attempts"),
                new Column("SINCE", letter -> Ago.of(letter.path("deadAt"), printer.now())));
        return ExitCode.OK;
    }

    @Command(
            name = "show",
            headerHeading = "Examples:%n  millrace dlq show 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d%n"
                    + "  millrace dlq show 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d -o json%n%n",
            description = "Shows the invocation behind a dead letter.")
    int show(@Mixin Session session, @Parameters(paramLabel = "ID") String requestId) {
        JsonNode letter = session.api()
                .send(Request.get("/v1/dead-letters?requestId=" + ApiPaths.segment(requestId)))
                .json();
        session.printer().one(letter, Json.indented(letter));
        return ExitCode.OK;
    }

    @Command(
            name = "replay",
            headerHeading = "Examples:%n  millrace dlq replay 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d%n"
                    + "  millrace dlq replay $(millrace dlq list -o jsonl | jq -r .requestId)%n%n",
            description = "Runs dead letters again, each as a new invocation.")
    int replay(@Mixin Session session, @Parameters(arity = "1..*", paramLabel = "ID") List<String> requestIds) {
        ObjectNode wanted = Json.object();
        requestIds.forEach(wanted.putArray("requestIds")::add);
        JsonNode answer = session.api()
                .send(Request.post("/v1/dead-letters/replay").json(wanted))
                .json();
        session.printer()
                .list(
                        answer,
                        "replayed",
                        "nothing was replayed",
                        Column.of("REQUEST", "requestId"),
                        Column.of("NEW REQUEST", "newRequestId"));
        return ExitCode.OK;
    }

    @Command(
            name = "drop",
            headerHeading = "Examples:%n  millrace dlq drop 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d%n"
                    + "  millrace dlq drop 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d -q%n%n",
            description = "Forgets dead letters.")
    @SuppressWarnings("DoNotCallSuggester") // It is picocli that calls it.
    int drop(@Mixin Session session, @Parameters(arity = "1..*", paramLabel = "ID") List<String> requestIds) {
        throw Failure.usage("dropping dead letters is not built yet; nothing was changed")
                .next("millrace result " + requestIds.getFirst());
    }
}
