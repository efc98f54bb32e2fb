package dev.millrace.cli.output;

import java.util.Locale;

/** What {@code -o} takes. */
public enum OutputFormat {
    /** For people: aligned columns, relative times. */
    TABLE,
    /** The server's answer, indented; a list is one document. */
    JSON,
    /** The server's answer on one line; a list has a line for each item. */
    JSONL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
