package dev.millrace.cli.session;

import dev.millrace.cli.client.Answer;
import dev.millrace.cli.client.Api;
import dev.millrace.cli.client.Request;
import dev.millrace.cli.client.Target;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.output.OutputFormat;
import dev.millrace.cli.output.Printer;
import dev.millrace.cli.shell.Shell;
import dev.millrace.contract.FunctionRef;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The options that every command of a client takes, and what follows from them. */
public final class Session {

    private final Shell shell;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "table, json or jsonl; fields as in the HTTP interface.")
    private OutputFormat format = OutputFormat.TABLE;

    @Option(
            names = {"-q", "--quiet"},
            description = "Data and errors only.")
    private boolean quiet;

    @Option(names = "--no-color", description = "No colours; so does NO_COLOR.")
    private boolean plain;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "Namespace of the functions (default unless given).")
    private String namespace = FunctionRef.DEFAULT_NAMESPACE;

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "The server; else MILLRACE_ENDPOINT, config.yaml, the running dev.")
    private @Nullable String endpoint;

    @Option(
            names = "--adapters",
            paramLabel = "URL",
            description = "Where notifications go; else MILLRACE_ADAPTERS_ENDPOINT, config.yaml, the server.")
    private @Nullable String adapters;

    @Option(names = "--api-key", paramLabel = "KEY", description = "Else MILLRACE_API_KEY, config.yaml.")
    private @Nullable String apiKey;

    @SuppressWarnings("UnusedVariable") // Whoever shows the error looks for it in the arguments.
    @Option(names = "--debug", description = "With an error, show the exception behind it.")
    private boolean debug;

    @SuppressWarnings("UnusedVariable") // picocli acts on it.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean help;

    private @Nullable Target target;

    public Session(Shell shell) {
        this.shell = shell;
    }

    public Shell shell() {
        return shell;
    }

    public String namespace() {
        return namespace;
    }

    public Printer printer() {
        return new Printer(shell, format, quiet, plain);
    }

    /** Where the server is; found once. */
    public Target target() {
        Target found = target;
        if (found == null) {
            found = Target.find(new Target.Flags(endpoint, adapters, apiKey), shell);
            target = found;
        }
        return found;
    }

    /** The server. */
    public Api api() {
        return new Api(target().endpoint(), target().apiKey());
    }

    /** The server that takes notifications. */
    public Api adapters() {
        return new Api(target().adapters(), target().apiKey());
    }

    /** A list with all of its pages, as if the server had answered it in one. */
    public ObjectNode list(String path) {
        ArrayNode items = Json.array();
        String begin = path.contains("?") ? "&" : "?";
        String cursor = "";
        do {
            Answer answer = api().send(Request.get(path + cursor));
            JsonNode page = answer.json();
            page.path("items").forEach(items::add);
            JsonNode next = page.path("nextCursor");
            cursor = next.isString()
                    ? begin + "cursor=" + URLEncoder.encode(next.stringValue(), StandardCharsets.UTF_8)
                    : "";
        } while (!cursor.isEmpty());
        ObjectNode list = Json.object();
        list.set("items", items);
        list.putNull("nextCursor");
        return list;
    }
}
