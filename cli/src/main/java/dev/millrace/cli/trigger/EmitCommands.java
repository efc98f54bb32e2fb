package dev.millrace.cli.trigger;

import dev.millrace.cli.client.Request;
import dev.millrace.cli.output.Column;
import dev.millrace.cli.output.Printer;
import dev.millrace.cli.session.CommandGroup;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import dev.millrace.contract.NearMiss;
import dev.millrace.contract.TriggerSpecJson;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code millrace emit}: events as their sources would send them. */
@Command(
        name = "emit",
        headerHeading = "Examples:%n  millrace emit cos --bucket photos --key in/cat.jpg%n"
                + "  millrace emit cos --bucket photos --key a.jpg --event cos:ObjectRemove:Delete%n%n",
        description = "Sends what a source of events would send.",
        synopsisSubcommandLabel = "COMMAND")
public final class EmitCommands extends CommandGroup {

    /** The largest whole number that every reader of JSON keeps exact. */
    private static final long MOST_EXACT = 1L << 53;

    @Command(
            name = "cos",
            headerHeading = "Examples:%n  millrace emit cos --bucket photos --key in/cat.jpg%n"
                    + "  millrace emit cos --bucket photos --key in/cat.jpg --size 52428800 -o jsonl%n%n",
            description = "Tells that something happened to an object of a bucket, and prints the request ID of each"
                    + " trigger that took it.")
    int cos(
            @Mixin Session session,
            @Option(names = "--bucket", required = true, paramLabel = "B", description = "As in the trigger.")
                    String bucket,
            @Option(names = "--key", required = true, paramLabel = "K", description = "The object, such as in/cat.jpg.")
                    String key,
            @Option(
                            names = "--event",
                            paramLabel = "E",
                            defaultValue = "cos:ObjectCreated:Put",
                            description = "What happened (${DEFAULT-VALUE}).")
                    String event,
            @Option(
                            names = "--size",
                            paramLabel = "N",
                            defaultValue = "1024",
                            description = "Bytes of the object (${DEFAULT-VALUE}).")
                    long size) {
        requireEvent(event);
        Printer printer = session.printer();
        long reqid = ThreadLocalRandom.current().nextLong(1, MOST_EXACT);
        ObjectNode notification = CosNotification.of(bucket, key, event, size, reqid, printer.now());
        JsonNode answer = session.adapters()
                .send(Request.post("/v1/cos/notifications").json(notification))
                .json();
        printer.list(answer, "stored", "", Column.of("TRIGGER", "trigger"), Column.of("REQUEST", "requestId"));
        if (answer.path("stored").isEmpty()) {
            printer.note("nobody watches " + bucket + " for " + event + " of " + key
                    + ": nothing runs; what is watched: millrace trigger list");
        }
        return ExitCode.OK;
    }

    private static void requireEvent(String event) {
        if (!TriggerSpecJson.COS_EVENTS.contains(event)) {
            throw Failure.usage("'" + event + "' is no event type of COS"
                            + NearMiss.of(event, TriggerSpecJson.COS_EVENTS)
                                    .map(near -> "; did you mean " + near + "?")
                                    .orElse(""))
                    .next("millrace emit cos --help");
        }
    }
}
