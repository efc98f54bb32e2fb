package dev.millrace.kafka.code;

/** A zip that is not unpacked: it is unsafe, too large, or no zip. Nothing was written. */
public final class RefusedArchiveException extends Exception {

    private static final long serialVersionUID = 1L;

    RefusedArchiveException(String text) {
        super(text);
    }
}
