package dev.millrace.cli.operate;

import dev.millrace.cli.client.Api;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.output.Printer;
import dev.millrace.cli.session.CommandGroup;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code millrace redis}: what Redis holds can be made again. */
@Command(
        name = "redis",
        headerHeading = "Examples:%n  millrace redis rebuild%n  millrace redis rebuild --no-wait -o json%n%n",
        description = "Rebuilds what Redis holds.",
        synopsisSubcommandLabel = "COMMAND")
public final class RedisCommands extends CommandGroup {

    private static final Duration ASK_EVERY = Duration.ofMillis(250);
    private static final Duration SAY_EVERY = Duration.ofSeconds(2);

    @Command(
            name = "rebuild",
            headerHeading = "Examples:%n  millrace redis rebuild%n  millrace redis rebuild --no-wait -o json%n%n",
            description =
                    "Writes every result that Redis lacks again from the outcome log, and waits until it is done.")
    int rebuild(
            @Mixin Session session, @Option(names = "--no-wait", description = "Begin and come back.") boolean noWait)
            throws InterruptedException {
        Printer printer = session.printer();
        Api api = session.api();
        long began = System.nanoTime();
        long said = began;
        JsonNode state = api.send(Request.post("/v1/redis/rebuild")).json();
        printer.note("rebuilding: " + left(state));
        while (!noWait && state.path("rebuilding").asBoolean(false)) {
            TimeUnit.NANOSECONDS.sleep(ASK_EVERY.toNanos());
            state = api.send(Request.get("/v1/redis/rebuild")).json();
            if (System.nanoTime() - said > SAY_EVERY.toNanos()) {
                said = System.nanoTime();
                printer.note("rebuilding: " + left(state));
            }
        }
        if (!noWait) {
            printer.note(
                    "done after " + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms");
        }
        if (!printer.isTable()) {
            printer.one(state, "");
        }
        return ExitCode.OK;
    }

    private static String left(JsonNode state) {
        return state.path("recordsLeft").asLong(0) + " records of the outcome log are left";
    }
}
