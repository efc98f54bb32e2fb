package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.RecordedShell;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What holds for every command. */
class MillraceTest {

    @TempDir
    private Path home;

    private RecordedShell shell;

    @BeforeEach
    void shell() {
        shell = new RecordedShell(home);
    }

    private int run(String... args) {
        shell.clear();
        return Millrace.run(shell.shell(), args);
    }

    private static Stream<CommandLine> all(CommandLine line) {
        return Stream.concat(
                Stream.of(line), line.getSubcommands().values().stream().flatMap(MillraceTest::all));
    }

    @TestFactory
    Stream<DynamicTest> theHelpOfEveryCommandStartsWithTwoExamples() {
        return all(Millrace.commandLine(shell.shell()))
                .filter(line -> !List.of("help", "version").contains(line.getCommandName()))
                .map(line -> DynamicTest.dynamicTest(line.getCommandSpec().qualifiedName(), () -> {
                    List<String> help = line.getUsageMessage().lines().toList();
                    assertThat(help.getFirst()).isEqualTo("Examples:");
                    List<String> examples = help.subList(1, help.indexOf(""));
                    assertThat(examples)
                            .hasSizeGreaterThanOrEqualTo(2)
                            .allMatch(example -> example.startsWith("  ") && example.contains("millrace "));
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyCommandOfAClientTakesTheCommonOptions() {
        return all(Millrace.commandLine(shell.shell()))
                .filter(line -> line.getSubcommands().isEmpty())
                .filter(line -> line.getCommandSpec()
                        .userObject()
                        .getClass()
                        .getName()
                        .matches("dev\\.millrace\\.cli\\.(function|trigger|invocation|operate)\\..*"))
                .map(line -> DynamicTest.dynamicTest(
                        line.getCommandSpec().qualifiedName(),
                        () -> assertThat(line.getCommandSpec().optionsMap())
                                .containsKeys("-o", "-q", "-n", "--endpoint", "--api-key", "--debug", "--help")));
    }

    @Test
    void oneCommandAloneSeesNoOther() {
        assertThat(Millrace.commandLine(shell.shell(), "result", "x").getSubcommands())
                .containsOnlyKeys("result");
    }

    @Test
    void aMistypedCommandGetsTheOneThatWasMeant() {
        assertThat(run("deplyo")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.err()).isEqualTo("""
                millrace: unknown command deplyo; did you mean deploy?
                Next: millrace --help
                """);
        assertThat(run("trigger", "fyre")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.err()).contains("did you mean fire?").contains("Next: millrace trigger --help");
    }

    @Test
    void aMistypedOptionGetsTheOneThatWasMeant() {
        assertThat(run("invoke", "hello", "--asinc")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.err()).startsWith("millrace: unknown option --asinc; did you mean --async?\n");
    }

    @Test
    void anArgumentTooManyIsNamed() {
        assertThat(run("fn", "get", "a1", "b2")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.err()).startsWith("millrace: one argument too many: b2\n");
    }

    @Test
    void wrongValuesAreToldInTheWordsOfTheHelp() {
        assertThat(run("fn", "list", "-o", "xml")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.err()).contains("'xml' is none of table, json and jsonl");
        assertThat(run("result", "x", "--wait=3y")).isEqualTo(ExitCode.USAGE);
        assertThat(shell.err()).contains("'3y' is no duration");
    }

    @TestFactory
    Stream<DynamicTest> aServerThatIsNotThereIsOneClearLineAndWhatToDo() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        String url = "http://127.0.0.1:" + port;
        List<String[]> commands = new ArrayList<>();
        commands.add(new String[] {"fn", "list"});
        commands.add(new String[] {"invoke", "hello"});
        commands.add(new String[] {"result", "x", "--wait=1s"});
        commands.add(new String[] {"logs", "x", "-f"});
        commands.add(new String[] {"deploy", "../examples/hello"});
        commands.add(new String[] {"emit", "cos", "--bucket", "b", "--key", "k"});
        return commands.stream()
                .map(command -> DynamicTest.dynamicTest(String.join(" ", command), () -> {
                    shell.with("MILLRACE_ENDPOINT", url);
                    assertThat(run(command)).isEqualTo(ExitCode.UNAVAILABLE);
                    assertThat(shell.out()).isEmpty();
                    assertThat(shell.err().lines()).hasSize(2);
                    assertThat(shell.err())
                            .startsWith("millrace: nothing answers at " + url + "\n")
                            .contains("`millrace dev`");
                }));
    }

    @Test
    void theStackTraceIsShownOnlyToWhoAsksForIt() {
        shell.with("MILLRACE_ENDPOINT", "http://127.0.0.1:1");
        run("fn", "list");
        assertThat(shell.err()).doesNotContain("\tat ");
        run("fn", "list", "--debug");
        assertThat(shell.err()).contains("java.net.ConnectException").contains("\tat ");
    }

    @Test
    void completionKnowsEveryCommand() {
        assertThat(run("completion", "bash")).isZero();
        assertThat(shell.out()).contains("deploy").contains("trigger").contains("complete -F");
        assertThat(run("completion", "fish")).isEqualTo(ExitCode.USAGE);
    }
}
