package dev.millrace.cli.operate;

import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.output.Ago;
import dev.millrace.cli.output.Column;
import dev.millrace.cli.session.CommandGroup;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.contract.FunctionRef;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
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
                        Column.of("DELAYED", "delayed"),
                        new Column("OLDEST", QueueCommands::oldest),
                        Column.of("WAITING FOR", "waitingFor"),
                        Column.of("LIMIT", "limit"));
        return ExitCode.OK;
    }

    @Command(
            name = "scaling",
            headerHeading = "Examples:%n  millrace queue scaling%n  millrace queue scaling hello -o json%n%n",
            description = "Shows what an autoscaler is told: how many events more workers could run now.")
    int scaling(
            @Mixin Session session,
            @Parameters(arity = "0..1", paramLabel = "FN", description = "Of this function only.") @Nullable
                    String function) {
        String root = session.namespace().equals(FunctionRef.DEFAULT_NAMESPACE)
                ? "/v1/scaling"
                : "/v1/namespaces/" + session.namespace() + "/scaling";
        JsonNode signal = session.api()
                .send(Request.get(function == null ? root : root + "/" + ApiPaths.segment(function)))
                .json();
        JsonNode seconds = signal.path("secondsToDrain");
        session.printer()
                .one(
                        signal,
                        signal.path("backlog").asLong(0) + " could run now, "
                                + signal.path("running").asLong(0) + " run, "
                                + signal.path("delayed").asLong(0) + " are delayed, "
                                + signal.path("depth").asLong(0) + " altogether"
                                + (seconds.isNumber() ? "; drained in " + seconds.asString("") + " s" : ""));
        return ExitCode.OK;
    }

    private static String oldest(JsonNode queue) {
        JsonNode age = queue.path("oldestAgeMs");
        return age.isNumber() ? Ago.rough(Duration.ofMillis(age.asLong(0))) : "-";
    }
}
