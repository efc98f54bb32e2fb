package dev.millrace.program;

/** Why a program cannot start: one or more clear lines for the user, never a stack trace. */
public final class StartException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Exit code of a wrong flag, setting or definition. */
    public static final int USAGE = 2;

    /** Exit code when something the program needs is not there: a port, Kafka, Redis. */
    public static final int UNAVAILABLE = 7;

    private final int exitCode;

    /** @param text what is wrong and what to do */
    public StartException(int exitCode, String text) {
        super(text);
        this.exitCode = exitCode;
    }

    /** What the process ends with. */
    public int exitCode() {
        return exitCode;
    }

    /** What is wrong and what to do. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
