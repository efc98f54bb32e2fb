package dev.millrace.cli.session;

import picocli.CommandLine.Option;

/** A command that only groups others. */
public abstract class CommandGroup {

    @SuppressWarnings("UnusedVariable") // picocli acts on it.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean help;
}
