package dev.millrace.kafka.code;

/** A code package that is not what was stored: a part is missing, or its length or hash differs. Nothing was kept. */
public final class DamagedCodeException extends Exception {

    private static final long serialVersionUID = 1L;

    DamagedCodeException(String text) {
        super(text);
    }
}
