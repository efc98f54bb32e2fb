package dev.millrace.instances;

import java.io.Serial;

/** No process could be brought up; the message says why and what to do. */
final class LaunchException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    LaunchException(String message) {
        super(message);
    }

    LaunchException(String message, Throwable cause) {
        super(message, cause);
    }
}
