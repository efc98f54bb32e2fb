package dev.millrace.kafka;

import org.jspecify.annotations.Nullable;

/** The event was not stored and never will be: nothing was accepted, nothing will run. Trying again is safe. */
public class NotStoredException extends Exception {

    private static final long serialVersionUID = 1L;

    public NotStoredException(String text, @Nullable Throwable cause) {
        super(text, cause);
    }
}
