package dev.millrace.cli.operate;

import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.output.Printer;
import dev.millrace.cli.session.CommandGroup;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code millrace namespace}: limits that the functions of a namespace share. */
@Command(
        name = "namespace",
        headerHeading = "Examples:%n  millrace namespace show%n  millrace namespace limit -n shop --concurrency 40%n%n",
        description = "Shows and sets the limits that the functions of a namespace share.",
        synopsisSubcommandLabel = "COMMAND")
public final class NamespaceCommands extends CommandGroup {

    private static final String CONCURRENCY = "concurrency";
    private static final String RATE = "rate";
    private static final String NONE = "none";

    @Command(
            name = "show",
            headerHeading = "Examples:%n  millrace namespace show%n  millrace namespace show -n shop -o json%n%n",
            description = "Shows the limits of a namespace; every namespace exists.")
    int show(@Mixin Session session) {
        JsonNode namespace = session.api().send(Request.get(path(session))).json();
        session.printer().one(namespace, text(namespace));
        return ExitCode.OK;
    }

    @Command(
            name = "limit",
            headerHeading = "Examples:%n  millrace namespace limit -n shop --concurrency 40 --rate 200%n"
                    + "  millrace namespace limit -n shop --concurrency 0%n"
                    + "  millrace namespace limit -n shop --rate none%n%n",
            description = "Sets limits of a namespace; what is not named stays as it is.")
    int limit(
            @Mixin Session session,
            @Option(
                            names = "--concurrency",
                            paramLabel = "N",
                            description =
                                    "How many runs there may be at once; 0 pauses them all, none lifts the limit.")
                    @Nullable
                    String concurrency,
            @Option(
                            names = "--rate",
                            paramLabel = "R",
                            description = "How many events a second are accepted; none lifts the limit.")
                    @Nullable
                    String rate,
            @Option(names = "--burst", paramLabel = "N", description = "How many may come at once (a second's worth).")
                    @Nullable
                    Integer burst) {
        if (concurrency == null && rate == null) {
            throw Failure.usage("nothing to set").next("name --concurrency, --rate or both");
        }
        if (burst != null && (rate == null || rate.equals(NONE))) {
            throw Failure.usage("--burst belongs to a --rate");
        }
        JsonNode before = session.api().send(Request.get(path(session))).json();
        ObjectNode limits = JsonNodeFactory.instance.objectNode();
        set(limits, CONCURRENCY, concurrency == null ? before.path(CONCURRENCY) : number("--concurrency", concurrency));
        set(limits, RATE, rate == null ? before.path(RATE) : rate(rate, burst));
        JsonNode now = session.api()
                .send(unchangedSince(before, Request.put(path(session))).json(limits))
                .json();
        Printer printer = session.printer();
        printer.note("in force within a second");
        printer.one(now, text(now));
        return ExitCode.OK;
    }

    /** Nobody's change is undone because it was made in between. */
    private static Request unchangedSince(JsonNode before, Request request) {
        JsonNode revision = before.path("revision");
        return revision.isNumber()
                ? request.header("If-Match", "\"" + revision.longValue() + "\"")
                : request.header("If-None-Match", "*");
    }

    private static void set(ObjectNode limits, String name, JsonNode value) {
        if (!value.isNull() && !value.isMissingNode()) {
            limits.set(name, value);
        }
    }

    private static JsonNode rate(String perSecond, @Nullable Integer burst) {
        JsonNode number = number("--rate", perSecond);
        if (number.isNull()) {
            return number;
        }
        ObjectNode rate = JsonNodeFactory.instance.objectNode();
        rate.set("perSecond", number);
        if (burst != null) {
            rate.put("burst", burst);
        }
        return rate;
    }

    private static JsonNode number(String option, String text) {
        if (text.equals(NONE)) {
            return JsonNodeFactory.instance.nullNode();
        }
        try {
            return JsonNodeFactory.instance.numberNode(new BigDecimal(text));
        } catch (NumberFormatException e) {
            throw Failure.usage(option + " is a number or none, not '" + text + "'")
                    .because(e);
        }
    }

    private static String text(JsonNode namespace) {
        JsonNode concurrency = namespace.path(CONCURRENCY);
        JsonNode rate = namespace.path(RATE);
        return namespace.path("name").asString("") + ": "
                + (concurrency.isNumber()
                        ? "at most " + concurrency.asString("") + " runs at once"
                        : "any number of runs")
                + ", "
                + (rate.isObject()
                        ? rate.path("perSecond").asString("") + " events a second, "
                                + rate.path("burst").asString("") + " at once"
                        : "events at any rate");
    }

    private static String path(Session session) {
        return "/v1/namespaces/" + ApiPaths.segment(session.namespace());
    }
}
