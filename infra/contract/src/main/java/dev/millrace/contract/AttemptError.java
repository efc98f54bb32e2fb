package dev.millrace.contract;

/**
 * Why an attempt, or a whole invocation, did not succeed. Longer texts are cut: they travel with every later attempt.
 *
 * @param code SCF: function status code, such as 430 (raised), 433 (timed out), 439 (exited); 500 for the platform's own
 * @param type a stable name, such as {@code TimeLimitReached}; for an exception of the user's, its class
 * @param text what went wrong and what follows from it
 * @param stackTrace the user's stack trace, or empty
 */
public record AttemptError(int code, String type, String text, String stackTrace) {

    /** The type that says that nothing was tried: the function fails so often that its retries are held back. */
    public static final String HELD_BACK = "CircuitBreakerOpen";

    /** The type that says that the worker of a synchronous call is gone: nobody runs the call again. */
    public static final String WORKER_LOST = "WORKER_LOST";

    private static final int MAX_TYPE = 256;
    private static final int MAX_TEXT = 8 * 1024;
    private static final int MAX_STACK_TRACE = 16 * 1024;
    private static final String CUT = " …";

    public AttemptError {
        if (code < 0 || code > 9999) {
            throw new IllegalArgumentException("status code out of range: " + code);
        }
        type = cut(type, MAX_TYPE);
        text = cut(text, MAX_TEXT);
        stackTrace = cut(stackTrace, MAX_STACK_TRACE);
    }

    private static String cut(String value, int max) {
        return value.length() <= max ? value : value.substring(0, max - CUT.length()) + CUT;
    }
}
