package dev.millrace.kafka;

import org.jspecify.annotations.Nullable;

/**
 * Kafka did not tell in time whether it has the event: it may run, once, or not at all. Only a repetition with the same
 * dedup key is safe.
 */
public final class StorageUnknownException extends Exception {

    private static final long serialVersionUID = 1L;

    StorageUnknownException(String text, @Nullable Throwable cause) {
        super(text, cause);
    }
}
