package dev.millrace.cli.shell;

/** What the process ends with. Scripts rely on these numbers. 130, interrupted, is the JVM's own. */
public final class ExitCode {

    public static final int OK = 0;

    /** The function failed, or its event ended in another way than by success. */
    public static final int FUNCTION_FAILED = 1;

    /** The command was wrong, or asked for something that would be refused every time. */
    public static final int USAGE = 2;

    public static final int NOT_FOUND = 3;

    public static final int NOT_ALLOWED = 4;

    /** Throttled, or the queue is full. */
    public static final int THROTTLED = 5;

    /** Waiting came to its end before the invocation did, which goes on. */
    public static final int STILL_RUNNING = 6;

    /** The server could not do it, or could not be reached. */
    public static final int UNAVAILABLE = 7;

    private ExitCode() {}
}
