package dev.millrace.cli.output;

import dev.millrace.cli.json.Json;
import dev.millrace.cli.shell.Shell;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;

/** Shows what a command found: data on stdout in the wanted format, everything else on stderr. */
public final class Printer {

    private static final String BOLD = "\u001b[1m";
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintStream out;
    private final PrintStream err;
    private final OutputFormat format;
    private final boolean quiet;
    private final boolean coloured;
    private final Instant now;

    /**
     * @param quiet leave out what is neither data nor an error
     * @param plain no colours, even on a terminal
     */
    public Printer(Shell shell, OutputFormat format, boolean quiet, boolean plain) {
        this.out = shell.out();
        this.err = shell.err();
        this.format = format;
        this.quiet = quiet;
        this.coloured = shell.terminal() && !plain && shell.variable("NO_COLOR").isEmpty();
        this.now = shell.clock().instant();
    }

    /** Whether a person is meant to read the data. */
    public boolean isTable() {
        return format == OutputFormat.TABLE;
    }

    /** A list: the server's answer, or a table of its {@code items}. */
    public void list(JsonNode answer, String whenEmpty, Column... columns) {
        list(answer, "items", whenEmpty, columns);
    }

    /**
     * The same of an answer in which the list has another name.
     *
     * @param name of the list
     */
    public void list(JsonNode answer, String name, String whenEmpty, Column... columns) {
        JsonNode items = answer.path(name);
        switch (format) {
            case JSON -> out.println(Json.indented(answer));
            case JSONL -> items.forEach(item -> out.println(Json.compact(item)));
            case TABLE -> {
                if (!items.isEmpty()) {
                    table(items, columns);
                } else if (!whenEmpty.isEmpty()) {
                    note(whenEmpty);
                }
            }
        }
    }

    private void table(JsonNode items, Column... columns) {
        Table table = new Table().row(Arrays.stream(columns).map(Column::title).toList());
        items.forEach(item -> table.row(
                Arrays.stream(columns).map(column -> column.cell().apply(item)).toList()));
        List<String> lines = table.lines();
        out.println(paint(BOLD, lines.getFirst()));
        lines.stream().skip(1).forEach(out::println);
    }

    /** One thing: the server's answer, or a line for each of its facts. */
    public void one(JsonNode answer, SequencedMap<String, String> facts) {
        if (isTable()) {
            Table table = new Table();
            facts.forEach((name, value) -> table.row(List.of(name, value)));
            table.lines().forEach(out::println);
        } else {
            json(answer);
        }
    }

    /** One thing: the server's answer, or the one text in it that matters. */
    public void one(JsonNode answer, String text) {
        if (isTable()) {
            out.println(text);
        } else {
            json(answer);
        }
    }

    private void json(JsonNode answer) {
        out.println(format == OutputFormat.JSON ? Json.indented(answer) : Json.compact(answer));
    }

    /** Bytes as they are. */
    public void bytes(byte[] data) {
        out.write(data, 0, data.length);
        out.flush();
    }

    /** Text as it comes; {@code false} when nobody reads any more. */
    public boolean stream(String text) {
        out.print(text);
        out.flush();
        return !out.checkError();
    }

    /** Something worth knowing that is not data; left out when quiet. */
    public void note(String line) {
        if (!quiet) {
            out.flush();
            err.println(line);
            err.flush();
        }
    }

    /** Something that should be looked at. */
    public void warn(String line) {
        out.flush();
        err.println("warning: " + line);
        err.flush();
    }

    /** A status, coloured on a terminal. */
    public String status(String status) {
        return switch (status) {
            case "SUCCEEDED", "ACTIVE", "ok" -> paint(GREEN, status);
            case "FAILED", "DEAD", "EXPIRED" -> paint(RED, status);
            default -> status;
        };
    }

    /** The moment by which times in words are reckoned. */
    public Instant now() {
        return now;
    }

    private String paint(String colour, String text) {
        return coloured ? colour + text + PLAIN : text;
    }
}
