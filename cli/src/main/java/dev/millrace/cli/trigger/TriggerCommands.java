package dev.millrace.cli.trigger;

import dev.millrace.cli.client.Answer;
import dev.millrace.cli.client.Api;
import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.output.Ago;
import dev.millrace.cli.output.Column;
import dev.millrace.cli.output.Printer;
import dev.millrace.cli.session.CommandGroup;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code millrace trigger}: what makes functions run. */
@Command(
        name = "trigger",
        headerHeading = "Examples:%n  millrace trigger list%n  millrace trigger fire nightly-report/nightly%n%n",
        description = "Lists, shows, switches, fires and removes triggers. They are made by function.yaml and deploy.",
        synopsisSubcommandLabel = "COMMAND")
public final class TriggerCommands extends CommandGroup {

    private static final String LABEL = "FN/TRIGGER";

    /** What the server adds to a definition; it takes the definition alone. */
    private static final List<String> ADDED_BY_SERVER = List.of(
            "name", "function", "namespace", "paused", "topic", "partitions", "revision", "createdAt", "modifiedAt");

    @Command(
            name = "list",
            headerHeading = "Examples:%n  millrace trigger list%n  millrace trigger list hello -o json%n%n",
            description = "Lists the triggers of a function, or of all functions of a namespace.")
    int list(@Mixin Session session, @Parameters(arity = "0..1", paramLabel = "FN") @Nullable String function) {
        Printer printer = session.printer();
        ObjectNode triggers = function == null ? ofAll(session) : session.list(path(session, function));
        printer.list(
                triggers,
                "there is no trigger; function.yaml defines them",
                new Column("TRIGGER", TriggerCommands::name),
                Column.of("TYPE", "type"),
                new Column("ENABLED", TriggerCommands::enabled),
                new Column("WHEN", TriggerCommands::when),
                new Column("CHANGED", trigger -> Ago.of(trigger.path("modifiedAt"), printer.now())));
        return ExitCode.OK;
    }

    private static ObjectNode ofAll(Session session) {
        ArrayNode all = Json.array();
        for (JsonNode function :
                session.list(ApiPaths.functions(session.namespace())).path("items")) {
            session.list(path(session, function.path("name").asString("")))
                    .path("items")
                    .forEach(all::add);
        }
        ObjectNode list = Json.object();
        list.set("items", all);
        list.putNull("nextCursor");
        return list;
    }

    private static String path(Session session, String function) {
        return ApiPaths.function(session.namespace(), function) + "/triggers";
    }

    @Command(
            name = "get",
            headerHeading = "Examples:%n  millrace trigger get nightly-report/nightly%n"
                    + "  millrace trigger get thumbnail-index/photos -o json%n%n",
            description = "Shows one trigger.")
    int get(@Mixin Session session, @Parameters(paramLabel = LABEL) String trigger) {
        Printer printer = session.printer();
        JsonNode json = session.api()
                .send(Request.get(ApiPaths.trigger(session.namespace(), trigger)))
                .json();
        java.util.SequencedMap<String, String> facts = new java.util.LinkedHashMap<>();
        json.properties().forEach(field -> facts.put(field.getKey(), Column.text(field.getValue())));
        printer.one(json, facts);
        return ExitCode.OK;
    }

    @Command(
            name = "next",
            headerHeading = "Examples:%n  millrace trigger next nightly-report/nightly%n"
                    + "  millrace trigger next nightly-report/nightly --count 10 -o jsonl%n%n",
            description = "Shows when a timer fires next.")
    int next(
            @Mixin Session session,
            @Parameters(paramLabel = LABEL) String trigger,
            @Option(names = "--count", paramLabel = "N", defaultValue = "5", description = "How many ticks.")
                    int count) {
        Printer printer = session.printer();
        String path = ApiPaths.trigger(session.namespace(), trigger) + "/next?count=" + count;
        printer.list(
                session.api().send(Request.get(path)).json(),
                trigger + " does not fire any more",
                new Column("AT", Column::text),
                new Column("WHEN", tick -> Ago.of(tick, printer.now())));
        return ExitCode.OK;
    }

    @Command(
            name = "enable",
            headerHeading = "Examples:%n  millrace trigger enable nightly-report/nightly%n"
                    + "  millrace trigger enable thumbnail-index/photos%n%n",
            description = "Switches a trigger on.")
    int enable(@Mixin Session session, @Parameters(paramLabel = LABEL) String trigger) {
        return enabled(session, trigger, true);
    }

    @Command(
            name = "disable",
            headerHeading = "Examples:%n  millrace trigger disable nightly-report/nightly%n"
                    + "  millrace trigger disable thumbnail-index/photos%n%n",
            description = "Switches a trigger off: it takes no new events; what it has taken runs.")
    int disable(@Mixin Session session, @Parameters(paramLabel = LABEL) String trigger) {
        return enabled(session, trigger, false);
    }

    private static int enabled(Session session, String trigger, boolean enabled) {
        Api api = session.api();
        String path = ApiPaths.trigger(session.namespace(), trigger);
        Answer present = api.send(Request.get(path));
        JsonNode json = present.json();
        Printer printer = session.printer();
        String state = enabled ? "on" : "off";
        if (json.path("enabled").asBoolean(true) == enabled) {
            printer.note(trigger + " is switched " + state + " already");
        } else {
            ObjectNode definition = ((ObjectNode) json).deepCopy();
            definition.remove(ADDED_BY_SERVER);
            definition.put("enabled", enabled);
            Request put = Request.put(path).json(definition);
            // Somebody's change in between is not undone by this one.
            json = api.send(present.header("ETag")
                            .map(tag -> put.header("If-Match", tag))
                            .orElse(put))
                    .json();
            printer.note(trigger + " is switched " + state);
        }
        if (!printer.isTable()) {
            printer.one(json, "");
        }
        return ExitCode.OK;
    }

    @Command(
            name = "pause",
            headerHeading = "Examples:%n  millrace trigger pause thumbnail-index/photos%n"
                    + "  millrace trigger pause hello/api -o json%n%n",
            description =
                    "Lets the events of a trigger wait: it takes new ones, none is run until it is resumed or too old.")
    int pause(@Mixin Session session, @Parameters(paramLabel = LABEL) String trigger) {
        return paused(
                session, trigger, "pause", "is paused: its events wait; go on by: millrace trigger resume " + trigger);
    }

    @Command(
            name = "resume",
            headerHeading = "Examples:%n  millrace trigger resume thumbnail-index/photos%n"
                    + "  millrace trigger resume hello/api -q%n%n",
            description = "Runs the events of a paused trigger again.")
    int resume(@Mixin Session session, @Parameters(paramLabel = LABEL) String trigger) {
        return paused(session, trigger, "resume", "goes on");
    }

    private static int paused(Session session, String trigger, String verb, String said) {
        JsonNode json = session.api()
                .send(Request.post(ApiPaths.trigger(session.namespace(), trigger) + "/" + verb))
                .json();
        Printer printer = session.printer();
        printer.note(trigger + " " + said);
        if (!printer.isTable()) {
            printer.one(json, "");
        }
        return ExitCode.OK;
    }

    @Command(
            name = "rm",
            headerHeading = "Examples:%n  millrace trigger rm nightly-report/nightly%n"
                    + "  millrace trigger rm thumbnail-index/photos -q%n%n",
            description = "Removes a trigger. Events that still wait there do not run any more.")
    int remove(@Mixin Session session, @Parameters(paramLabel = LABEL) String trigger) {
        session.api().send(Request.delete(ApiPaths.trigger(session.namespace(), trigger)));
        session.printer().note(trigger + " is removed");
        return ExitCode.OK;
    }

    @Command(
            name = "fire",
            headerHeading = "Examples:%n  millrace trigger fire nightly-report/nightly%n"
                    + "  millrace result $(millrace trigger fire nightly-report/nightly) --wait%n%n",
            description = "Fires a timer now, whatever its schedule says, and prints the request ID.")
    int fire(@Mixin Session session, @Parameters(paramLabel = LABEL) String trigger) {
        JsonNode accepted = session.adapters()
                .send(Request.post(ApiPaths.trigger(session.namespace(), trigger) + "/fire"))
                .json();
        session.printer().one(accepted, accepted.path("requestId").asString(""));
        return ExitCode.OK;
    }

    private static String enabled(JsonNode trigger) {
        String enabled = trigger.path("enabled").asBoolean(true) ? "yes" : "no";
        return trigger.path("paused").asBoolean(false) ? enabled + ", paused" : enabled;
    }

    private static String name(JsonNode trigger) {
        return trigger.path("function").asString("") + "/"
                + trigger.path("name").asString("");
    }

    private static String when(JsonNode trigger) {
        return switch (trigger.path("type").asString("")) {
            case "api" -> "called";
            case "timer" ->
                trigger.path("cron").asString("") + " "
                        + trigger.path("timezone").asString("");
            case "cos" ->
                trigger.path("bucket").asString("") + ": " + events(trigger) + " "
                        + trigger.path("prefix").asString("") + "*"
                        + trigger.path("suffix").asString("");
            default -> "";
        };
    }

    private static String events(JsonNode trigger) {
        return String.join(
                ",",
                trigger.path("events")
                        .valueStream()
                        .map(event -> event.asString(""))
                        .toList());
    }
}
