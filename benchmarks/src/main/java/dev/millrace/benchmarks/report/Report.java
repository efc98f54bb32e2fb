package dev.millrace.benchmarks.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What one run of a benchmark found. Not thread-safe. */
public final class Report {

    private static final DateTimeFormatter FILE_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss").withZone(ZoneOffset.UTC);
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final String benchmark;
    private final String command;
    private final Machine machine = Machine.now();
    private final Instant startedAt = Instant.now();
    private final Map<String, Figure> figures = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * A report without figures, dated now.
     *
     * @param command how to take the same figures again
     */
    public Report(String benchmark, String command) {
        this.benchmark = benchmark;
        this.command = command;
        if (machine.isBusy()) {
            note("The machine was busy when this began: compare ratios, trust no single figure.");
        }
    }

    /** Adds the value of one more round. Measures are shown in the order of their first values. */
    public void add(String measure, String unit, double value) {
        figures.merge(measure, new Figure(measure, unit, List.of(value)), (before, more) -> {
            List<Double> rounds = new ArrayList<>(before.rounds());
            rounds.addAll(more.rounds());
            return new Figure(measure, unit, rounds);
        });
    }

    /** Adds a sentence that the figures cannot be read without. */
    public void note(String sentence) {
        notes.add(sentence);
    }

    /** The figures as a table. */
    public void print(PrintStream out) {
        out.println(benchmark + ": " + command);
        out.println(DateTimeFormatter.ISO_INSTANT.format(startedAt) + ", " + machine);
        int width = figures.keySet().stream().mapToInt(String::length).max().orElse(0);
        String line = "%-" + width + "s  %9s  %19s  %-9s  %s%n";
        out.printf(line, "", "median", "min – max", "", "per round");
        for (Figure figure : figures.values()) {
            out.printf(
                    line,
                    figure.measure(),
                    text(figure.median()),
                    text(figure.min()) + " – " + text(figure.max()),
                    figure.unit(),
                    figure.rounds().stream().map(Report::text).collect(Collectors.joining(" ")));
        }
        notes.forEach(out::println);
    }

    /**
     * Writes everything as JSON into this folder.
     *
     * @return the file
     */
    public Path save(Path folder) throws IOException {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("benchmark", benchmark);
        content.put("command", command);
        content.put("startedAt", startedAt.toString());
        content.put("machine", machine);
        content.put("figures", figures.values().stream().map(Report::json).toList());
        content.put("notes", notes);
        Files.createDirectories(folder);
        Path file = folder.resolve(benchmark + "-" + FILE_TIME.format(startedAt) + ".json");
        Files.writeString(file, JSON.writeValueAsString(content) + "\n");
        return file;
    }

    private static Map<String, Object> json(Figure figure) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("measure", figure.measure());
        json.put("unit", figure.unit());
        json.put("median", figure.median());
        json.put("min", figure.min());
        json.put("max", figure.max());
        json.put("rounds", figure.rounds());
        return json;
    }

    /** Three significant digits say all that such a measurement knows. */
    private static String text(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
