package dev.millrace.cli.invocation;

import dev.millrace.cli.shell.Failure;
import dev.millrace.cli.shell.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What {@code -d} takes: JSON, {@code @FILE}, or {@code -} for standard input. */
public final class EventArgument {

    private EventArgument() {}

    /** The event's bytes, as they are: the server says what is wrong with them. */
    public static byte[] read(String argument, Shell shell) {
        try {
            if (argument.equals("-")) {
                return shell.in().readAllBytes();
            }
            if (argument.startsWith("@")) {
                return Files.readAllBytes(Path.of(argument.substring(1)));
            }
            return argument.getBytes(StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw Failure.usage("there is no file " + argument.substring(1)).because(e);
        } catch (IOException e) {
            throw Failure.usage("the event cannot be read: " + e.getMessage()).because(e);
        }
    }
}
