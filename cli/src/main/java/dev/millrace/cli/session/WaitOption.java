package dev.millrace.cli.session;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** {@code --wait} and {@code --wait=2m}. */
public final class WaitOption {

    private static final String STANDARD = "30s";

    @Option(
            names = "--wait",
            arity = "0..1",
            paramLabel = "TIME",
            preprocessor = OnlyAttached.class,
            description = "Wait until it has ended, " + STANDARD + " at most unless told otherwise (--wait=2m).")
    private @Nullable Duration wait;

    /** How long to wait; nothing when it is not asked for. */
    public Optional<Duration> time() {
        return Optional.ofNullable(wait);
    }

    /** A word after {@code --wait} is the next argument, not its time: {@code invoke --wait hello}. */
    @SuppressWarnings("JdkObsolete") // picocli's interface takes a Stack.
    static final class OnlyAttached implements IParameterPreprocessor {

        @Override
        public boolean preprocess(
                Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> about) {
            if (!"=".equals(about.get("separator"))) {
                arguments.push(STANDARD);
            }
            return false;
        }
    }
}
