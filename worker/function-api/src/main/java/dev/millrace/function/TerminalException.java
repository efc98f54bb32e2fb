package dev.millrace.function;

import java.io.Serial;

/**
 * Thrown by a handler to say that no retry can help: the event is malformed, the customer is gone, the thing is done
 * already. The invocation ends as failed with this attempt, whatever its retry policy says.
 *
 * <p>It is unchecked so that code deep below a handler can throw it. A terminal exception counts wherever it stands in
 * the chain of causes, so frameworks that wrap exceptions do not hide it.
 */
public class TerminalException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * @param message why the invocation failed; shown with its result
     */
    public TerminalException(String message) {
        super(message);
    }

    /**
     * @param message why the invocation failed; shown with its result
     * @param cause what led to it
     */
    public TerminalException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Tells whether a failure is terminal: whether it or one of its causes is a {@code TerminalException}.
     *
     * @param failure what a handler threw
     */
    public static boolean isIn(Throwable failure) {
        Throwable cause = failure;
        // A chain of causes can be a ring; no honest one is longer than this.
        for (int depth = 0; cause != null && depth < 100; depth++) {
            if (cause instanceof TerminalException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
