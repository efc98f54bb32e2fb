package dev.millrace.cli.output;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What {@code -o} takes. */
public enum OutputFormat {
    /** For people: aligned columns, relative times. */
    TABLE,
    /** The server's answer, indented; a list is one document. */
    JSON,
    /** The server's answer on one line; a list has a line for each item. */
    JSONL;

    /** The format of this name, in either case. */
    public static Optional<OutputFormat> ofText(String text) {
        return Arrays.stream(values())
                .filter(format -> format.name().equalsIgnoreCase(text))
                .findFirst();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
