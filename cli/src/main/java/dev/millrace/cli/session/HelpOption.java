package dev.millrace.cli.session;

import picocli.CommandLine.Option;

/** {@code --help}, of every command. */
public final class HelpOption {

    @SuppressWarnings("UnusedVariable") // picocli acts on it.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean asked;
}
