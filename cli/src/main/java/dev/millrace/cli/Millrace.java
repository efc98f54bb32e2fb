package dev.millrace.cli;

import dev.millrace.cli.output.OutputFormat;
import dev.millrace.cli.program.ProgramFlags;
import dev.millrace.cli.session.DurationConverter;
import dev.millrace.cli.session.OutputFormatConverter;
import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import dev.millrace.cli.shell.Shell;
import dev.millrace.contract.NearMiss;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.SequencedMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ParameterException;

/** The {@code millrace} command: picks the subcommand and turns its end into an exit code. */
@Command(
        name = "millrace",
        headerHeading = "Examples:%n  millrace demo%n  millrace deploy examples/hello%n%n",
        description = "Runs functions when events arrive, on Apache Kafka and Redis.",
        footerHeading = "%nExit codes:%n",
        footer = "  0 ok  1 the function failed  2 wrong command  3 not found  4 key refused  5 throttled or queue full"
                + "%n  6 still running when the wait ended  7 server not reached, or failed  130 interrupted",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Millrace {

    private Millrace() {}

    public static void main(String[] args) {
        Shell shell = Shell.ofProcess();
        int code = run(shell, args);
        shell.flush();
        System.exit(code);
    }

    /** Runs one command line; the exit code. Nothing it does ends the JVM. */
    static int run(Shell shell, String... args) {
        CommandLine line = commandLine(shell, args);
        boolean debug = Arrays.asList(args).contains("--debug");
        line.setExecutionExceptionHandler((e, command, _) -> failed(shell, e, debug));
        line.setParameterExceptionHandler((e, wrong) -> misused(shell, e));
        return line.execute(args);
    }

    /** With the one subcommand that the arguments name, or with all of them when they name none. */
    static CommandLine commandLine(Shell shell, String... args) {
        IFactory factory = new IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                if (type == Session.class) {
                    return type.cast(new Session(shell));
                }
                return type == ProgramFlags.class
                        ? type.cast(new ProgramFlags(shell))
                        : CommandLine.defaultFactory().create(type);
            }
        };
        CommandLine line = new CommandLine(new Millrace(), factory);
        SequencedMap<String, Class<?>> commands = Catalogue.commands();
        if (args.length > 0 && commands.containsKey(args[0])) {
            line.addSubcommand(args[0], commands.get(args[0]));
        } else {
            commands.forEach(line::addSubcommand);
            line.addSubcommand(new CommandLine.HelpCommand());
        }
        boolean coloured = shell.terminal() && shell.variable("NO_COLOR").isEmpty();
        return line.setExpandAtFiles(false) // "@event.json" names a file with an event, not one with arguments.
                .setOut(writer(shell.out()))
                .setErr(writer(shell.err()))
                .setColorScheme(CommandLine.Help.defaultColorScheme(coloured ? Ansi.ON : Ansi.OFF))
                .registerConverter(Duration.class, new DurationConverter())
                .registerConverter(OutputFormat.class, new OutputFormatConverter());
    }

    private static int failed(Shell shell, Exception e, boolean debug) {
        Failure failure = e instanceof Failure told
                ? told
                : Failure.of(ExitCode.UNAVAILABLE, "this is a defect of millrace: " + e)
                        .next("run the command again with --debug, and report what it prints")
                        .because(e);
        failure.lines().forEach(shell.err()::println);
        if (debug && failure.getCause() != null) {
            failure.getCause().printStackTrace(shell.err());
        }
        return failure.exitCode();
    }

    private static int misused(Shell shell, ParameterException e) {
        PrintStream err = shell.err();
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        err.println("millrace: " + wrong(e));
        err.println("Next: " + command + " --help");
        return ExitCode.USAGE;
    }

    private static String wrong(ParameterException e) {
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String word = unmatched.getUnmatched().getFirst();
            CommandLine.Model.CommandSpec spec = e.getCommandLine().getCommandSpec();
            boolean option = word.startsWith("-");
            String near = NearMiss.of(
                            word,
                            option
                                    ? spec.optionsMap().keySet()
                                    : spec.subcommands().keySet())
                    .map(name -> "; did you mean " + name + "?")
                    .orElse("");
            String kind = option
                    ? "unknown option "
                    : spec.subcommands().isEmpty() ? "one argument too many: " : "unknown command ";
            return kind + word + near;
        }
        return String.valueOf(e.getMessage());
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, java.nio.charset.StandardCharsets.UTF_8);
    }
}
