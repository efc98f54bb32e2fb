package dev.millrace.cli.shell;

import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * What surrounds a command.
 *
 * @param out data, UTF-8 whatever the locale is, since it is read by programs
 * @param err everything that is not data
 * @param in what {@code -d -} reads
 * @param environment environment variables
 * @param terminal whether a person looks at the output
 * @param clock for times in words
 */
public record Shell(
        PrintStream out,
        PrintStream err,
        InputStream in,
        Map<String, String> environment,
        boolean terminal,
        InstantSource clock) {

    private static final int BUFFER = 16 * 1024;

    /** The surroundings of this process. Whoever ends it flushes {@link #out} first. */
    @SuppressWarnings("SystemConsoleNull") // It is null where neither end is a terminal, since JDK 25 again.
    public static Shell ofProcess() {
        Console console = System.console();
        return new Shell(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                System.in,
                System.getenv(),
                console != null && console.isTerminal(),
                InstantSource.system());
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER), false, StandardCharsets.UTF_8);
    }

    /** An environment variable that is set to something. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    /** {@code $XDG_CONFIG_HOME/millrace}, by default {@code ~/.config/millrace}; need not exist. */
    public Path configFolder() {
        return folder("XDG_CONFIG_HOME", ".config");
    }

    /** {@code $XDG_STATE_HOME/millrace}, by default {@code ~/.local/state/millrace}; need not exist. */
    public Path stateFolder() {
        return folder("XDG_STATE_HOME", ".local/state");
    }

    /** {@code $XDG_DATA_HOME/millrace}, by default {@code ~/.local/share/millrace}; need not exist. */
    public Path dataFolder() {
        return folder("XDG_DATA_HOME", ".local/share");
    }

    private Path folder(String variable, String below) {
        Path home = Path.of(variable("HOME").orElseGet(() -> System.getProperty("user.home")));
        return variable(variable)
                .map(Path::of)
                .orElseGet(() -> home.resolve(below))
                .resolve("millrace");
    }

    /** Hands over what was written so far. */
    public void flush() {
        out.flush();
        err.flush();
    }
}
