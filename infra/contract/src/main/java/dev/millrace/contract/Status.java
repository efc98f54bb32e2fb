package dev.millrace.contract;

/**
 * Where an invocation stands. The numbers are on the wire and never change.
 *
 * <pre>
 * QUEUED → RUNNING → SUCCEEDED | FAILED
 *    │        └────→ RETRYING → RUNNING …
 *    └→ EXPIRED | DEAD | CANCELLED | DUPLICATE
 * </pre>
 */
public enum Status {
    QUEUED(0, false),
    RUNNING(1, false),
    /** An attempt failed and the next one waits for its time. */
    RETRYING(2, false),
    SUCCEEDED(3, true),
    /** The function was tried and did not succeed; no further attempt follows. */
    FAILED(4, true),
    /** Too old before it could succeed. */
    EXPIRED(5, true),
    /** Could not be tried at all; the event's bytes are kept. */
    DEAD(6, true),
    CANCELLED(7, true),
    /** The same event, by its dedup key, was accepted before. */
    DUPLICATE(8, true);

    private static final Status[] BY_CODE = values();

    private final int code;
    private final boolean terminal;

    Status(int code, boolean terminal) {
        this.code = code;
        this.terminal = terminal;
    }

    /** Whether nothing can follow. The first terminal status of a request ID wins, by log order. */
    public boolean isTerminal() {
        return terminal;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    static Status ofCode(int code) throws MalformedException {
        if (code < 0 || code >= BY_CODE.length) {
            throw new MalformedException("status " + code + " is unknown");
        }
        return BY_CODE[code];
    }
}
