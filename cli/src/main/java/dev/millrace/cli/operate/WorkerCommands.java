package dev.millrace.cli.operate;

import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.output.Ago;
import dev.millrace.cli.output.Column;
import dev.millrace.cli.output.Printer;
import dev.millrace.cli.session.CommandGroup;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code millrace workers}: who executes. */
@Command(
        name = "workers",
        headerHeading = "Examples:%n  millrace workers list%n  millrace workers drain worker-7f3a%n%n",
        description = "Shows the workers, and lets one finish.",
        synopsisSubcommandLabel = "COMMAND")
public final class WorkerCommands extends CommandGroup {

    @Command(
            name = "list",
            headerHeading = "Examples:%n  millrace workers list%n  millrace workers list -o json%n%n",
            description = "Lists the workers that are alive.")
    int list(@Mixin Session session) {
        Printer printer = session.printer();
        printer.list(
                session.list("/v1/workers"),
                "no worker is alive: events are accepted and wait; start one by: millrace worker",
                Column.of("WORKER", "worker"),
                Column.of("HOST", "host"),
                Column.of("VERSION", "version"),
                Column.of("SLOTS", "slots"),
                Column.of("RUNNING", "running"),
                new Column("STARTED", worker -> Ago.of(worker.path("startedAt"), printer.now())));
        return ExitCode.OK;
    }

    @Command(
            name = "drain",
            headerHeading =
                    "Examples:%n  millrace workers drain worker-7f3a%n" + "  millrace workers drain worker-7f3a -q%n%n",
            description = "Asks a worker to finish what it runs, to take nothing new, and to end.")
    int drain(@Mixin Session session, @Parameters(paramLabel = "WORKER") String worker) {
        JsonNode answer = session.api()
                .send(Request.post("/v1/workers/" + ApiPaths.segment(worker) + "/drain"))
                .json();
        Printer printer = session.printer();
        printer.note(worker + " finishes what it runs and takes nothing new; watch it by: millrace workers list");
        if (!printer.isTable()) {
            printer.one(answer, "");
        }
        return ExitCode.OK;
    }
}
