package dev.millrace.contract;

/**
 * Why an attempt, or a whole invocation, did not succeed.
 *
 * @param code SCF: function status code, such as 430 (raised), 433 (timed out), 439 (exited); 500 for the platform's own
 * @param type a stable name, such as {@code TimeLimitReached}; for an exception of the user's, its class
 * @param text what went wrong and what follows from it
 * @param stackTrace the user's stack trace, or empty
 */
public record AttemptError(int code, String type, String text, String stackTrace) {

    public AttemptError {
        if (code < 0 || code > 9999) {
            throw new IllegalArgumentException("status code out of range: " + code);
        }
    }
}
