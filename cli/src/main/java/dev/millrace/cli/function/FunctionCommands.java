package dev.millrace.cli.function;

import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.output.Ago;
import dev.millrace.cli.output.Column;
import dev.millrace.cli.output.Printer;
import dev.millrace.cli.session.CommandGroup;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code millrace fn}: the functions of a server. */
@Command(
        name = "fn",
        headerHeading = "Examples:%n  millrace fn list%n  millrace fn get hello -o json%n%n",
        description = "Lists, shows and removes functions.",
        synopsisSubcommandLabel = "COMMAND")
public final class FunctionCommands extends CommandGroup {

    @Command(
            name = "list",
            headerHeading = "Examples:%n  millrace fn list%n  millrace fn list -n orders -o jsonl%n%n",
            description = "Lists the functions of a namespace.")
    int list(@Mixin Session session) {
        Printer printer = session.printer();
        printer.list(
                session.list(ApiPaths.functions(session.namespace())),
                "no function is deployed in namespace " + session.namespace() + "; try: millrace deploy examples/hello",
                Column.of("NAME", "name"),
                Column.of("RUNTIME", "runtime"),
                Column.of("STATUS", "status"),
                Column.of("TIMEOUT", "timeout"),
                Column.of("MEMORY", "memorySize"),
                Column.of("CONCURRENCY", "concurrency"),
                new Column("CHANGED", function -> Ago.of(function.path("modifiedAt"), printer.now())));
        return ExitCode.OK;
    }

    @Command(
            name = "get",
            headerHeading = "Examples:%n  millrace fn get hello%n  millrace fn get hello -o json%n%n",
            description = "Shows one function.")
    int get(@Mixin Session session, @Parameters(paramLabel = "FN") String name) {
        Printer printer = session.printer();
        JsonNode function = session.api()
                .send(Request.get(ApiPaths.function(session.namespace(), name)))
                .json();
        printer.one(function, facts(function, printer));
        return ExitCode.OK;
    }

    @Command(
            name = "rm",
            headerHeading = "Examples:%n  millrace fn rm hello%n  millrace fn rm hello -n orders%n%n",
            description = "Removes a function and its triggers. Events that still wait there do not run any more.")
    int remove(@Mixin Session session, @Parameters(paramLabel = "FN") String name) {
        session.api().send(Request.delete(ApiPaths.function(session.namespace(), name)));
        session.printer().note(name + " is removed");
        return ExitCode.OK;
    }

    private static SequencedMap<String, String> facts(JsonNode function, Printer printer) {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("Name", function.path("name").asString(""));
        facts.put("Namespace", function.path("namespace").asString(""));
        facts.put("Status", status(function));
        facts.put(
                "Runtime",
                function.path("runtime").asString("") + ", "
                        + function.path("handler").asString(""));
        facts.put(
                "Limits",
                function.path("timeout").asString("") + ", "
                        + function.path("memorySize").asString("") + " MB, "
                        + function.path("concurrency").asString("") + " at a time");
        facts.put("Retries", Column.text(function.path("retry")));
        facts.put("Environment", Column.text(function.path("environment")));
        facts.put(
                "Code",
                function.path("code").isObject()
                        ? function.path("code").path("length").asString("") + " bytes, "
                                + function.path("code").path("sha256").asString("")
                        : "registered by the program that runs it");
        facts.put("Changed", Ago.of(function.path("modifiedAt"), printer.now()));
        return facts;
    }

    private static String status(JsonNode function) {
        String reason = function.path("statusReason").asString("");
        return function.path("status").asString("") + (reason.isEmpty() ? "" : ": " + reason);
    }
}
