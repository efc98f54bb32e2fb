package dev.millrace.cli.operate;

import dev.millrace.cli.output.Ago;
import dev.millrace.cli.output.Column;
import dev.millrace.cli.session.CommandGroup;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code millrace queue}: where events wait. */
@Command(
        name = "queue",
        headerHeading = "Examples:%n  millrace queue list%n  millrace queue list -o jsonl%n%n",
        description = "Shows the queues of events.",
        synopsisSubcommandLabel = "COMMAND")
public final class QueueCommands extends CommandGroup {

    @Command(
            name = "list",
            headerHeading = "Examples:%n  millrace queue list%n  millrace queue list -o json%n%n",
            description = "Lists the queue of every trigger: how many wait, since when, and what for.")
    int list(@Mixin Session session) {
        session.printer()
                .list(
                        session.list("/v1/queues"),
                        "no function is deployed, so there is no queue",
                        new Column(
                                "QUEUE",
                                queue -> queue.path("function").asString("") + "/"
                                        + queue.path("trigger").asString("")),
                        Column.of("DEPTH", "depth"),
                        Column.of("RUNNING", "running"),
                        new Column("OLDEST", QueueCommands::oldest),
                        Column.of("WAITING FOR", "waitingFor"),
                        Column.of("LIMIT", "limit"));
        return ExitCode.OK;
    }

    private static String oldest(JsonNode queue) {
        JsonNode age = queue.path("oldestAgeMs");
        return age.isNumber() ? Ago.rough(Duration.ofMillis(age.asLong(0))) : "-";
    }
}
