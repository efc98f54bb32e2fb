package dev.millrace.cli.session;

import picocli.CommandLine.Option;

/** {@code --help} of a command that only groups others. */
public final class GroupHelp {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean asked;
}
