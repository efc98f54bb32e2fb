package dev.millrace.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code millrace} command: picks the subcommand and turns its end into an exit code. */
@Command(
        name = "millrace",
        description = "Runs functions when events arrive, on Apache Kafka and Redis.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {VersionCommand.class, CommandLine.HelpCommand.class},
        synopsisSubcommandLabel = "COMMAND")
public final class Millrace {

    private Millrace() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Millrace()).execute(args));
    }
}
