package dev.millrace.cli.shell;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command that cannot go on, told to a person: what is wrong, every detail of it, and what to do next. Carries no
 * stack trace of its own; a cause, when there is one, is shown with {@code --debug}.
 */
public final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final transient List<String> details;
    private final @Nullable String next;

    private Failure(int exitCode, String what, List<String> details, @Nullable String next, @Nullable Throwable cause) {
        super(what, cause, false, false);
        this.exitCode = exitCode;
        this.details = List.copyOf(details);
        this.next = next;
    }

    /**
     * A command that cannot go on.
     *
     * @param exitCode one of {@link ExitCode}
     * @param what what is wrong, and why
     */
    public static Failure of(int exitCode, String what) {
        return new Failure(exitCode, what, List.of(), null, null);
    }

    /** A command that was written wrongly. */
    public static Failure usage(String what) {
        return of(ExitCode.USAGE, what);
    }

    /** The same with a line for each of several mistakes. */
    public Failure with(List<String> lines) {
        return new Failure(exitCode, what(), lines, next, getCause());
    }

    /** The same with what to do next, a command where there is one. */
    public Failure next(String step) {
        return new Failure(exitCode, what(), details, step, getCause());
    }

    /** The same with the exception behind it. */
    public Failure because(Throwable cause) {
        return new Failure(exitCode, what(), details, next, cause);
    }

    public int exitCode() {
        return exitCode;
    }

    /** What is wrong, and why. */
    public String what() {
        return String.valueOf(getMessage());
    }

    /** The lines for a terminal. */
    public List<String> lines() {
        List<String> lines = new java.util.ArrayList<>();
        lines.add("millrace: " + what());
        details.forEach(detail -> lines.add("  " + detail));
        if (next != null) {
            lines.add("Next: " + next);
        }
        return lines;
    }
}
