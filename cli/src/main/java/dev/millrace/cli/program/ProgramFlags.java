package dev.millrace.cli.program;

import dev.millrace.cli.shell.Shell;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The flags that every program takes, and all flags of a program as settings: {@code --scf-port 1} is the setting
 * {@code scf-port}, which may as well stand in a file or in the environment. What is wrong with a value is found where
 * settings are read.
 */
public final class ProgramFlags {

    private final Shell shell;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--config", paramLabel = "FILE", description = "YAML file with settings; MILLRACE_CONFIG.")
    @Nullable
    String config;

    @Option(names = "--require-keys", description = "Ask for a key on loopback addresses as well.")
    boolean requireKeys;

    @SuppressWarnings("UnusedVariable") // picocli acts on it.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean help;

    public ProgramFlags(Shell shell) {
        this.shell = shell;
    }

    Shell shell() {
        return shell;
    }

    /** Every flag that was given, by its name without dashes. */
    Map<String, String> given() {
        Map<String, String> given = new TreeMap<>();
        for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
            Object value = option.getValue();
            if (value != null && !option.usageHelp()) {
                given.put(option.longestName().substring(2), value.toString());
            }
        }
        return given;
    }
}
