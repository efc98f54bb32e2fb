package dev.millrace.benchmarks.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every benchmark is asked alike. */
public final class ReportOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--rounds", description = "Rounds that count (${DEFAULT-VALUE}).", defaultValue = "5")
    private int rounds;

    @Option(names = "--save", description = "Also write the figures to benchmarks/results/.")
    private boolean save;

    /** How many rounds count. */
    public int rounds() {
        return Math.max(1, rounds);
    }

    /** An empty report of the command that these options belong to. */
    public Report begin() {
        String words =
                String.join(" ", command.root().commandLine().getParseResult().originalArgs());
        return new Report(command.name(), "benchmarks/run " + words);
    }

    /** Where progress goes, so that standard output holds the table alone. */
    public PrintStream progress() {
        return System.err;
    }

    /** Shows the report, and keeps it if that was asked for. */
    public void finish(Report report) throws IOException {
        report.print(System.out);
        if (save) {
            Path folder = Path.of(System.getProperty("millrace.home", "."), "benchmarks", "results");
            System.out.println("saved: " + report.save(folder));
        }
    }
}
