package dev.millrace.cli.operate;

import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.output.Column;
import dev.millrace.cli.output.Printer;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code millrace audit}: whether the books are right. */
@Command(
        name = "audit",
        headerHeading = "Examples:%n  millrace audit%n  millrace audit --trigger thumbnail-index/photos -o json%n%n",
        description =
                "Recomputes from Kafka what became of every accepted event and compares it with Redis; exit code 1"
                        + " when something does not come out even.")
public final class AuditCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofMinutes(15);

    @Mixin
    private Session session;

    @Option(names = "--trigger", paramLabel = "FN/TRIGGER", description = "Of this trigger only.")
    private @Nullable String trigger;

    @Override
    public Integer call() {
        Printer printer = session.printer();
        String path = "/v1/audit";
        if (trigger != null) {
            ApiPaths.trigger(session.namespace(), trigger); // Refuses what is no trigger's name.
            path += "?namespace=" + session.namespace() + "&trigger=" + ApiPaths.segment(trigger);
        }
        JsonNode books =
                session.api().send(Request.post(path).patience(PATIENCE)).json();
        printer.list(
                books,
                "no trigger has an event",
                new Column("TRIGGER", AuditCommand::name),
                Column.of("ACCEPTED", "accepted"),
                Column.of("SUCCEEDED", "succeeded"),
                Column.of("FAILED", "failed"),
                Column.of("EXPIRED", "expired"),
                Column.of("DEAD", "dead"),
                Column.of("CANCELLED", "cancelled"),
                Column.of("DUPLICATE", "duplicate"),
                Column.of("WAITING", "waiting"),
                Column.of("RUNNING", "running"),
                Column.of("DRIFT", "drift"));
        if (!books.path("redisCompared").asBoolean(true)) {
            printer.warn("Redis did not answer: results were not compared");
        }
        long drift = books.path("drift").asLong(0);
        if (drift != 0) {
            throw Failure.of(
                            ExitCode.FUNCTION_FAILED,
                            drift + " events do not come out even: lost, or not in Redis as they are in the log")
                    .next("millrace audit -o json");
        }
        return ExitCode.OK;
    }

    private static String name(JsonNode account) {
        return account.path("function").asString("") + "/"
                + account.path("trigger").asString("")
                + (account.path("deleted").asBoolean(false) ? " (deleted)" : "");
    }
}
