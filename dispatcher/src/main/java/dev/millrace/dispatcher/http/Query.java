package dev.millrace.dispatcher.http;

import dev.millrace.contract.DurationText;
import dev.millrace.contract.NearMiss;
import dev.millrace.program.Problem;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A request's query parameters, each read as what it must be; one that the request does not take is refused by name. */
final class Query {

    private final Context context;

    private Query(Context context) {
        this.context = context;
    }

    /** The query of a request that takes these parameters and no others, each at most once. */
    static Query of(Context context, String... taken) {
        Set<String> known = Set.of(taken);
        context.queryParamMap().forEach((name, values) -> {
            if (!known.contains(name)) {
                throw Problem.malformed("query parameter " + name + " is not known here" + suggestion(name, known))
                        .exception();
            }
            if (values.size() > 1) {
                throw Problem.malformed("query parameter " + name + " is given " + values.size() + " times")
                        .exception();
            }
        });
        return new Query(context);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(context.queryParam(name)).filter(value -> !value.isEmpty());
    }

    int number(String name, int otherwise, int min, int max) {
        return text(name).map(text -> number(name, text, min, max)).orElse(otherwise);
    }

    Optional<Duration> duration(String name, Duration max) {
        return text(name).map(text -> {
            Optional<Duration> duration = DurationText.parse(text);
            if (duration.isEmpty() || duration.get().compareTo(max) > 0) {
                throw Problem.malformed(name + " must be a duration such as 30s, at most " + DurationText.of(max)
                                + ", not " + text)
                        .exception();
            }
            return duration.get();
        });
    }

    /** A point in time, or a duration before now. */
    Optional<Instant> since(String name, Instant now) {
        return text(name).map(text -> moment(name, text, now));
    }

    /** A text as a point in time, or as a duration before now. */
    static Instant moment(String name, String text, Instant now) {
        Optional<Duration> ago = DurationText.parse(text);
        if (ago.isPresent()) {
            return now.minus(ago.get());
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw Problem.malformed(name + " must be a point in time such as 2026-01-02T03:04:05Z, or a duration"
                            + " before now such as 1h, not " + text)
                    .exception();
        }
    }

    /** Several words with commas between, each one of these. */
    List<String> words(String name, Set<String> allowed) {
        return text(name).map(text -> words(name, text, allowed)).orElse(List.of());
    }

    /** A text as several words with commas between, each one of these. */
    static List<String> words(String name, String text, Set<String> allowed) {
        List<String> words =
                List.of(text.split(",")).stream().map(String::strip).toList();
        for (String word : words) {
            if (!allowed.contains(word)) {
                throw Problem.malformed(name + " must be of " + String.join(", ", allowed) + ", not " + word
                                + suggestion(word, allowed))
                        .exception();
            }
        }
        return words;
    }

    private static int number(String name, String text, int min, int max) {
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The same mistake as a number out of range.
        }
        throw Problem.malformed(name + " must be a whole number from " + min + " to " + max + ", not " + text)
                .exception();
    }

    static String suggestion(String name, java.util.Collection<String> candidates) {
        return NearMiss.of(name, candidates)
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
    }
}
