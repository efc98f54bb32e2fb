package dev.millrace.instances;

import java.io.Serial;

/** Bytes that are no frame. */
final class BrokenFrameException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    BrokenFrameException(String message) {
        super(message);
    }
}
