package dev.millrace.cli.operate;

import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.invocation.EventArgument;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.output.Ago;
import dev.millrace.cli.output.Column;
import dev.millrace.cli.output.Printer;
import dev.millrace.cli.session.CommandGroup;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import dev.millrace.contract.FunctionRef;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code millrace dlq}: events that were given up. */
@Command(
        name = "dlq",
        headerHeading = "Examples:%n  millrace dlq list --group%n"
                + "  millrace dlq replay --function hello --error-type KeyError --rate 10%n%n",
        description = "Shows dead letters, runs them again, drops them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DeadLetterCommands.ListThem.class,
            DeadLetterCommands.Show.class,
            DeadLetterCommands.Replay.class,
            DeadLetterCommands.Drop.class
        })
public final class DeadLetterCommands extends CommandGroup {

    /** Ten thousand of them are stored one by one. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static String path(Session session) {
        return session.namespace().equals(FunctionRef.DEFAULT_NAMESPACE)
                ? "/v1/dead-letters"
                : "/v1/namespaces/" + ApiPaths.segment(session.namespace()) + "/dead-letters";
    }

    private static String error(JsonNode letter) {
        JsonNode error = letter.path("error");
        return error.path("code").asString("") + " " + error.path("type").asString("");
    }

    private static String function(JsonNode letter) {
        String namespace = letter.path("namespace").asString(FunctionRef.DEFAULT_NAMESPACE);
        String name = letter.path("function").asString("");
        return namespace.equals(FunctionRef.DEFAULT_NAMESPACE) ? name : namespace + "/" + name;
    }

    /** A body that names dead letters or describes them. */
    private static ObjectNode chosen(List<String> requestIds, DeadLetterChoice choice, boolean all, String verb) {
        boolean described = choice.isGiven() || all;
        if (!requestIds.isEmpty() && described) {
            throw Failure.usage("name dead letters by their request IDs, or describe them by options, not both");
        }
        if (requestIds.isEmpty() && !described) {
            throw Failure.usage("say which dead letters to " + verb
                            + ": request IDs, options such as --function, or --all for every one")
                    .next("millrace dlq list");
        }
        ObjectNode body = Json.object();
        if (described) {
            body.set("filter", choice.filter());
        } else {
            requestIds.forEach(body.putArray("requestIds")::add);
        }
        return body;
    }

    private static void noteRest(JsonNode answer, Printer printer) {
        answer.path("refused")
                .forEach(refused -> printer.warn(refused.path("requestId").asString("") + " is kept: "
                        + refused.path("reason").asString("")));
        if (answer.has("stoppedBy")) {
            printer.warn("stopped early: " + answer.path("stoppedBy").asString(""));
        }
        long remaining = answer.path("remaining").asLong(0);
        if (answer.path("dryRun").asBoolean(false)) {
            printer.note("a dry run: nothing was done");
        } else if (remaining > 0) {
            printer.note(remaining + " more are left; repeat the command to go on");
        }
    }

    /** {@code millrace dlq list}. */
    @Command(
            name = "list",
            headerHeading = "Examples:%n  millrace dlq list%n  millrace dlq list --function hello --since 1h%n"
                    + "  millrace dlq list --group%n%n",
            description = "Lists the dead letters, newest first.")
    static final class ListThem implements Callable<Integer> {

        @Mixin
        private Session session;

        @Mixin
        private DeadLetterChoice choice;

        @Option(names = "--group", description = "Show how many of a function died of the same.")
        private boolean grouped;

        @Override
        public Integer call() {
            Printer printer = session.printer();
            String query = choice.query(grouped ? Map.of("group", "error") : Map.of());
            JsonNode list = session.list(path(session) + query);
            if (grouped) {
                printer.list(
                        list,
                        "there are no dead letters",
                        Column.of("COUNT", "count"),
                        new Column("FUNCTION", DeadLetterCommands::function),
                        Column.of("REASON", "reason"),
                        new Column("ERROR", DeadLetterCommands::error),
                        new Column("NEWEST", group -> Ago.of(group.path("newestDeadAt"), printer.now())),
                        Column.of("EXAMPLE", "requestId"));
            } else {
                printer.list(
                        list,
                        "there are no dead letters",
                        Column.of("REQUEST", "requestId"),
                        new Column("FUNCTION", DeadLetterCommands::function),
                        Column.of("TRIGGER", "trigger"),
                        Column.of("REASON", "reason"),
                        new Column("ERROR", DeadLetterCommands::error),
                        Column.of("ATTEMPTS", "attempts"),
                        new Column("SINCE", letter -> Ago.of(letter.path("deadAt"), printer.now())));
            }
            return ExitCode.OK;
        }
    }

    /** {@code millrace dlq show}. */
    @Command(
            name = "show",
            headerHeading = "Examples:%n  millrace dlq show 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d%n"
                    + "  millrace dlq show 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d -o json | jq .event%n%n",
            description = "Shows a dead letter with its attempts and its event.")
    static final class Show implements Callable<Integer> {

        @Mixin
        private Session session;

        @Parameters(paramLabel = "ID", description = "The request ID.")
        private String requestId;

        @Override
        public Integer call() {
            JsonNode letter = session.api()
                    .send(Request.get(path(session) + "/" + ApiPaths.segment(requestId)))
                    .json();
            session.printer().one(letter, Json.indented(letter));
            return ExitCode.OK;
        }
    }

    /** {@code millrace dlq replay}. */
    @Command(
            name = "replay",
            headerHeading =
                    "Examples:%n  millrace dlq replay 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d --event @fixed.json%n"
                            + "  millrace dlq replay --function hello --dry-run%n"
                            + "  millrace dlq replay --all --rate 10%n%n",
            description = "Runs dead letters again, each as a new invocation; they leave the list.")
    static final class Replay implements Callable<Integer> {

        @Mixin
        private Session session;

        @Mixin
        private DeadLetterChoice choice;

        @Parameters(arity = "0..*", paramLabel = "ID", description = "Request IDs.")
        private List<String> requestIds = List.of();

        @Option(names = "--all", description = "Every one.")
        private boolean all;

        @Option(names = "--dry-run", description = "Say what would be replayed and do nothing.")
        private boolean dryRun;

        @Option(names = "--rate", paramLabel = "N", description = "Start at most N in a second.")
        private @Nullable Integer rate;

        @Option(
                names = "--event",
                paramLabel = "JSON|@FILE|-",
                description = "The event as it was edited, for one dead letter.")
        private @Nullable String event;

        @Option(names = "--version", paramLabel = "VERSION", description = "Which version runs it; only $LATEST yet.")
        private @Nullable String version;

        @Override
        public Integer call() {
            ObjectNode wanted = chosen(requestIds, choice, all, "replay");
            if (dryRun) {
                wanted.put("dryRun", true);
            }
            if (rate != null) {
                wanted.put("rate", rate);
            }
            if (version != null) {
                wanted.put("version", version);
            }
            JsonNode answer = session.api()
                    .send(Request.post(path(session) + "/replay")
                            .body("application/json", body(wanted))
                            .patience(PATIENCE))
                    .json();
            Printer printer = session.printer();
            printer.list(
                    answer,
                    "replayed",
                    "nothing was replayed",
                    Column.of("REQUEST", "requestId"),
                    Column.of("NEW REQUEST", "newRequestId"));
            noteRest(answer, printer);
            return answer.has("stoppedBy") ? ExitCode.THROTTLED : ExitCode.OK;
        }

        /** The event is passed on as it was typed: the server says what is wrong with it. */
        private byte[] body(ObjectNode wanted) {
            String json = Json.compact(wanted);
            if (event == null) {
                return json.getBytes(StandardCharsets.UTF_8);
            }
            String edited = new String(EventArgument.read(event, session.shell()), StandardCharsets.UTF_8);
            return (json.substring(0, json.length() - 1) + ",\"event\":" + edited + "}")
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    /** {@code millrace dlq drop}. */
    @Command(
            name = "drop",
            headerHeading = "Examples:%n  millrace dlq drop 01f3c2d4-0000-8000-8000-5e6f7a8b9c0d%n"
                    + "  millrace dlq drop --function hello --until 7d --dry-run%n%n",
            description = "Forgets dead letters with their events; the outcomes stay.")
    static final class Drop implements Callable<Integer> {

        @Mixin
        private Session session;

        @Mixin
        private DeadLetterChoice choice;

        @Parameters(arity = "0..*", paramLabel = "ID", description = "Request IDs.")
        private List<String> requestIds = List.of();

        @Option(names = "--all", description = "Every one.")
        private boolean all;

        @Option(names = "--dry-run", description = "Say what would be dropped and do nothing.")
        private boolean dryRun;

        @Override
        public Integer call() {
            ObjectNode wanted = chosen(requestIds, choice, all, "drop");
            if (dryRun) {
                wanted.put("dryRun", true);
            }
            JsonNode answer = session.api()
                    .send(Request.post(path(session) + "/drop").json(wanted).patience(PATIENCE))
                    .json();
            Printer printer = session.printer();
            printer.list(answer, "dropped", "nothing was dropped", Column.of("DROPPED", "requestId"));
            noteRest(answer, printer);
            return ExitCode.OK;
        }
    }
}
