package dev.millrace.worker.execute;

import org.jspecify.annotations.Nullable;

/** A function's code could not be brought here now; trying again may help. */
final class CodeNotThereException extends Exception {

    private static final long serialVersionUID = 1L;

    CodeNotThereException(String text, @Nullable Throwable cause) {
        super(text, cause);
    }
}
