package dev.millrace.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import tools.jackson.databind.JsonNode;

/** Times and durations in words. Pure. */
public final class Ago {

    private Ago() {}

    /** {@code 12 s ago}, {@code in 3 min}; {@code -} when there is no time. */
    public static String of(JsonNode time, Instant now) {
        if (!time.isString()) {
            return "-";
        }
        try {
            Duration past = Duration.between(Instant.parse(time.stringValue()), now);
            String length = rough(past.abs());
            return past.isNegative() ? "in " + length : length + " ago";
        } catch (DateTimeParseException e) {
            return time.stringValue(); // A server that writes times otherwise: show what it wrote.
        }
    }

    /** A duration in its largest unit: {@code 340 ms}, {@code 12 s}, {@code 3 min}, {@code 5 h}, {@code 2 d}. */
    public static String rough(Duration duration) {
        if (duration.toMillis() < 1000) {
            return duration.toMillis() + " ms";
        }
        if (duration.toSeconds() < 120) {
            return duration.toSeconds() + " s";
        }
        if (duration.toMinutes() < 120) {
            return duration.toMinutes() + " min";
        }
        return duration.toHours() < 48 ? duration.toHours() + " h" : duration.toDays() + " d";
    }
}
