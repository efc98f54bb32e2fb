package dev.millrace.cli.output;

import dev.millrace.cli.json.Json;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * One column of a table.
 *
 * @param title in capitals
 * @param cell what stands in it for one item
 */
public record Column(String title, Function<JsonNode, String> cell) {

    /** A column that shows a field as it is; {@code -} when it is absent. */
    public static Column of(String title, String field) {
        return new Column(title, item -> text(item.path(field)));
    }

    /** A value for a person. */
    public static String text(JsonNode value) {
        return value.isNull() || value.isMissingNode()
                ? "-"
                : value.isValueNode() ? value.asString() : Json.compact(value);
    }
}
