package dev.millrace.dispatcher.http;

import dev.millrace.program.Problem;
import dev.millrace.program.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The members of an object in a request's body, each read as what it must be; one that the request does not take is
 * refused by name. {@code null} stands for a member that is not there.
 */
final class Members {

    private final String where;
    private final JsonNode object;

    private Members(String where, JsonNode object) {
        this.where = where;
        this.object = object;
    }

    /** The body of a request that takes these members and no others. */
    static Members of(JsonNode body, String... taken) {
        return checked("", body, taken);
    }

    Optional<JsonNode> any(String name) {
        return Optional.ofNullable(object.get(name));
    }

    Optional<String> text(String name) {
        return present(name).map(value -> {
            if (!value.isString()) {
                throw mistake(name, "must be a text, not " + value);
            }
            return value.stringValue();
        });
    }

    boolean flag(String name) {
        return present(name)
                .map(value -> {
                    if (!value.isBoolean()) {
                        throw mistake(name, "must be true or false, not " + value);
                    }
                    return value.booleanValue();
                })
                .orElse(false);
    }

    OptionalInt number(String name, int min, int max) {
        Optional<JsonNode> value = present(name);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!value.get().isInt() || value.get().intValue() < min || value.get().intValue() > max) {
            throw mistake(name, "must be a whole number from " + min + " to " + max + ", not " + value.get());
        }
        return OptionalInt.of(value.get().intValue());
    }

    Optional<List<String>> texts(String name, int most) {
        return present(name).map(value -> {
            if (!value.isArray() || value.isEmpty() || value.size() > most) {
                throw mistake(name, "must be a list of 1 to " + most + " texts");
            }
            List<String> texts = new ArrayList<>(value.size());
            for (JsonNode element : value) {
                if (!element.isString()) {
                    throw mistake(name, "must be a list of texts; one of them is " + element);
                }
                texts.add(element.stringValue());
            }
            return texts;
        });
    }

    Optional<Members> object(String name, String... taken) {
        return present(name).map(value -> checked(path(name) + ".", value, taken));
    }

    /** 400 about one of them. */
    ProblemException mistake(String name, String text) {
        return Problem.malformed(path(name) + " " + text).exception();
    }

    private Optional<JsonNode> present(String name) {
        return any(name).filter(value -> !value.isNull());
    }

    private String path(String name) {
        return where + name;
    }

    private static Members checked(String where, JsonNode json, String... taken) {
        if (!json.isObject()) {
            String what = where.isEmpty() ? "the body" : where.substring(0, where.length() - 1);
            throw Problem.malformed(what + " must be an object").exception();
        }
        Set<String> known = Set.of(taken);
        for (String name : json.propertyNames()) {
            if (!known.contains(name)) {
                throw Problem.malformed(where + name + " is not known here" + Query.suggestion(name, known))
                        .exception();
            }
        }
        return new Members(where, json);
    }
}
