package dev.millrace.cli.operate;

import dev.millrace.cli.client.ApiPaths;
import dev.millrace.cli.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Options that say which dead letters are meant. */
public final class DeadLetterChoice {

    @Option(names = "--function", paramLabel = "FN", description = "Those of this function.")
    private @Nullable String function;

    @Option(names = "--trigger", paramLabel = "NAME", description = "Those of triggers of this name.")
    private @Nullable String trigger;

    @Option(names = "--reason", paramLabel = "REASON", description = "FAILED, EXPIRED or DEAD, or several with commas.")
    private @Nullable String reason;

    @Option(names = "--error-type", paramLabel = "TYPE", description = "Those of this error, such as ValueError.")
    private @Nullable String errorType;

    @Option(names = "--since", paramLabel = "WHEN", description = "A time, or a duration before now such as 1h.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "WHEN", description = "The same; those before it.")
    private @Nullable String until;

    /** Whether anything was said. */
    boolean isGiven() {
        return !conditions().isEmpty();
    }

    /** As a filter in a request's body. */
    ObjectNode filter() {
        ObjectNode filter = Json.object();
        conditions().forEach(filter::put);
        return filter;
    }

    /** As a query, beginning with a question mark unless it is empty. */
    String query(Map<String, String> more) {
        SequencedMap<String, String> all = conditions();
        all.putAll(more);
        return all.isEmpty()
                ? ""
                : all.entrySet().stream()
                        .map(condition -> condition.getKey() + "=" + ApiPaths.segment(condition.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }

    private SequencedMap<String, String> conditions() {
        SequencedMap<String, String> conditions = new LinkedHashMap<>();
        put(conditions, "function", function);
        put(conditions, "trigger", trigger);
        put(conditions, "reason", reason);
        put(conditions, "errorType", errorType);
        put(conditions, "since", since);
        put(conditions, "until", until);
        return conditions;
    }

    private static void put(Map<String, String> conditions, String name, @Nullable String value) {
        if (value != null) {
            conditions.put(name, value);
        }
    }
}
