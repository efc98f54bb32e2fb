package dev.millrace.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the fields of one JSON object, notes every mistake instead of stopping at the first, and in the end names the
 * fields nobody asked for. Not thread-safe.
 */
final class Fields {

    private final JsonNode object;
    private final String path;
    private final List<Mistake> mistakes;
    private final Set<String> known = new LinkedHashSet<>();

    Fields(JsonNode object, String path, List<Mistake> mistakes) {
        this.object = object;
        this.path = path;
        this.mistakes = mistakes;
        if (!object.isObject()) {
            mistakes.add(new Mistake(path, "must be an object, not " + kind(object)));
        }
    }

    void mistake(String field, String text) {
        mistakes.add(new Mistake(pathOf(field), text));
    }

    /** The same, unless something is wrong with the field already. */
    void mistakeUnlessNoted(String field, String text) {
        String whole = pathOf(field);
        if (mistakes.stream().noneMatch(noted -> noted.path().equals(whole))) {
            mistake(field, text);
        }
    }

    /** Whether there are fields at all. */
    boolean isObject() {
        return object.isObject();
    }

    /** Declares fields that somebody else reads. */
    void ignore(String... fields) {
        known.addAll(List.of(fields));
    }

    boolean has(String field) {
        known.add(field);
        JsonNode value = object.get(field);
        return value != null && !value.isNull();
    }

    @Nullable
    JsonNode node(String field) {
        return has(field) ? object.get(field) : null;
    }

    String text(String field, String otherwise) {
        JsonNode value = node(field);
        if (value == null) {
            return otherwise;
        }
        if (!value.isString()) {
            mistake(field, "must be a text, not " + kind(value));
            return otherwise;
        }
        return value.stringValue();
    }

    String requiredText(String field) {
        if (!has(field)) {
            mistake(field, "is required");
        }
        return text(field, "");
    }

    int number(String field, int otherwise, int min, int max) {
        JsonNode value = node(field);
        if (value == null) {
            return otherwise;
        }
        if (!value.isInt() || value.intValue() < min || value.intValue() > max) {
            mistake(field, "must be a whole number from " + min + " to " + max + ", not " + value);
            return otherwise;
        }
        return value.intValue();
    }

    double decimal(String field, double otherwise, double min, double max) {
        JsonNode value = node(field);
        if (value == null) {
            return otherwise;
        }
        if (!value.isNumber() || value.doubleValue() < min || value.doubleValue() > max) {
            mistake(field, "must be a number from " + min + " to " + max + ", not " + value);
            return otherwise;
        }
        return value.doubleValue();
    }

    boolean flag(String field, boolean otherwise) {
        JsonNode value = node(field);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            mistake(field, "must be true or false, not " + value);
            return otherwise;
        }
        return value.booleanValue();
    }

    Duration duration(String field, Duration otherwise, Duration min, Duration max) {
        JsonNode value = node(field);
        if (value == null) {
            return otherwise;
        }
        Optional<Duration> duration = value.isString()
                ? DurationText.parse(value.stringValue())
                : value.isIntegralNumber() ? DurationText.parse(value.asString()) : Optional.empty();
        if (duration.isEmpty()) {
            mistake(field, "must be a duration such as 3s, 500ms, 1m or 6h, not " + value);
            return otherwise;
        }
        if (duration.get().compareTo(min) < 0 || duration.get().compareTo(max) > 0) {
            mistake(
                    field,
                    "must be from " + DurationText.of(min) + " to " + DurationText.of(max) + ", not "
                            + DurationText.of(duration.get()));
            return otherwise;
        }
        return duration.get();
    }

    List<String> texts(String field) {
        JsonNode value = node(field);
        if (value == null) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        if (value.isString()) {
            texts.add(value.stringValue());
            return texts;
        }
        if (!value.isArray()) {
            mistake(field, "must be a list of texts, not " + kind(value));
            return texts;
        }
        for (JsonNode element : value) {
            if (element.isString()) {
                texts.add(element.stringValue());
            } else {
                mistake(field, "must be a list of texts; one of them is " + kind(element));
            }
        }
        return texts;
    }

    Map<String, String> textMap(String field) {
        Map<String, String> map = new TreeMap<>();
        JsonNode value = node(field);
        if (value == null) {
            return map;
        }
        if (!value.isObject()) {
            mistake(field, "must map names to texts, not be " + kind(value));
            return map;
        }
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            if (entry.getValue().isValueNode() && !entry.getValue().isNull()) {
                map.put(entry.getKey(), entry.getValue().asString());
            } else {
                mistake(field + "." + entry.getKey(), "must be a text, not " + kind(entry.getValue()));
            }
        }
        return map;
    }

    /** The fields of an object inside, or {@code null} when it is absent. */
    @Nullable
    Fields object(String field) {
        JsonNode value = node(field);
        return value == null ? null : new Fields(value, pathOf(field), mistakes);
    }

    /** Notes the fields that nobody read, and says how many. */
    int refuseUnknown() {
        if (!object.isObject()) {
            return 0;
        }
        int unknown = 0;
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                unknown++;
                mistake(
                        name,
                        "is not known here"
                                + NearMiss.of(name, known)
                                        .map(n -> "; did you mean " + n + "?")
                                        .orElse(""));
            }
        }
        return unknown;
    }

    String pathOf(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "a list";
            case BINARY, POJO, MISSING -> "nothing of JSON";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            case NUMBER -> "a number";
            case OBJECT -> "an object";
            case STRING -> "a text";
        };
    }
}
