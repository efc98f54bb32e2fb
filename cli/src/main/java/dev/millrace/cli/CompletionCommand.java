package dev.millrace.cli;

import dev.millrace.cli.session.Session;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace completion}: what makes a shell complete the words of this command. */
@Command(
        name = "completion",
        headerHeading = "Examples:%n  source <(millrace completion bash)%n"
                + "  millrace completion zsh > ~/.millrace-completion.zsh%n%n",
        description = "Prints a script by which bash or zsh completes commands and options.")
final class CompletionCommand implements Callable<Integer> {

    @Mixin
    private Session session;

    @Parameters(paramLabel = "bash|zsh", description = "The shell.")
    private String shell;

    @Override
    public Integer call() {
        if (!List.of("bash", "zsh").contains(shell)) {
            throw Failure.usage("there is completion for bash and zsh, not for " + shell)
                    .next("source <(millrace completion bash)");
        }
        // One script serves both: in zsh it switches on what zsh has for scripts of bash.
        session.shell().out().println(AutoComplete.bash("millrace", Millrace.commandLine(session.shell())));
        return ExitCode.OK;
    }
}
