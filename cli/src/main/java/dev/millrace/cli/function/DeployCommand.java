package dev.millrace.cli.function;

import dev.millrace.cli.json.Json;
import dev.millrace.cli.output.Column;
import dev.millrace.cli.output.Printer;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.source.FunctionFile;
import dev.millrace.cli.source.SourceZip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code millrace deploy}: what function.yaml says becomes so on the server. */
@Command(
        name = "deploy",
        headerHeading = "Examples:%n  millrace deploy examples/hello%n  millrace deploy my/function.yaml --prune%n%n",
        description =
                "Deploys the function and the triggers that function.yaml defines. Deploying the same again changes"
                        + " nothing.")
public final class DeployCommand implements Callable<Integer> {

    @Mixin
    private Session session;

    @Parameters(arity = "0..1", paramLabel = "DIR|FILE", description = "Folder with a function.yaml, or such a file.")
    private Path place = Path.of(".");

    @Option(names = "--prune", description = "Remove the function's triggers that the file does not have.")
    private boolean prune;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Printer printer = session.printer();
        FunctionFile file = FunctionFile.read(place, printer.now());
        file.missingEntry()
                .ifPresent(entry -> printer.warn(
                        "handler " + file.spec().handler() + " needs " + entry + ", which is not in " + file.source()));
        Path source = file.source();
        byte @Nullable [] code = source == null ? null : SourceZip.of(source);
        Deployment deployment = new Deployment(session.api(), file);
        JsonNode function = deployment.putFunction(code);
        ArrayNode triggers = deployment.putTriggers(prune);
        show(printer, deployment, function, triggers);
        return ExitCode.OK;
    }

    private static void show(Printer printer, Deployment deployment, JsonNode function, ArrayNode triggers) {
        ArrayNode changes = Json.array();
        for (Deployment.Change change : deployment.changes()) {
            changes.addObject().put("name", change.name()).put("change", change.what());
            if (change.what().equals("kept")) {
                printer.note("trigger " + change.name()
                        + " is not in the file and was kept; deploy with --prune to remove it");
            }
        }
        ObjectNode answer = Json.object();
        if (printer.isTable()) {
            answer.set("items", changes);
            printer.list(answer, "", Column.of("NAME", "name"), Column.of("CHANGE", "change"));
        } else {
            answer.set("function", function);
            answer.set("triggers", triggers);
            answer.set("changes", changes);
            printer.one(answer, "");
        }
    }
}
