package dev.millrace.embedded;

import org.jspecify.annotations.Nullable;

/** An embedded server could not be started or stopped. The message is one line that says what to do. */
public sealed class EmbeddedServerException extends RuntimeException {
    EmbeddedServerException(String message) {
        this(message, null);
    }

    EmbeddedServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Somebody else bound the port between the moment it was seen free and the server's own attempt. */
    static final class PortLost extends EmbeddedServerException {
        PortLost(String message) {
            super(message);
        }
    }
}
