package dev.millrace.kafka;

import org.jspecify.annotations.Nullable;

/**
 * Kafka did not answer, or refused, within the time that was allowed. Nothing was changed unless the text says
 * otherwise; trying again later is safe.
 */
public final class KafkaUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public KafkaUnavailableException(String text, @Nullable Throwable cause) {
        super(text, cause);
    }
}
