package dev.millrace.dispatcher.accept;

/** An idempotency key cannot be used for this request; nothing was stored on its behalf. */
public final class KeyConflictException extends Exception {

    private static final long serialVersionUID = 1;

    /** Why not. */
    public enum Reason {
        /** The key came with another event before. */
        OTHER_EVENT,
        /** Another request with the key is just being accepted, or its dispatcher has died a moment ago. */
        IN_USE
    }

    private final Reason reason;

    KeyConflictException(Reason reason) {
        super("idempotency key: " + reason);
        this.reason = reason;
    }

    /** Why not. */
    public Reason reason() {
        return reason;
    }
}
