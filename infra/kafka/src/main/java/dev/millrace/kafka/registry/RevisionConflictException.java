package dev.millrace.kafka.registry;

/** Somebody else changed it in between, or it exists where none was expected. Nothing was written. */
public final class RevisionConflictException extends Exception {

    private static final long serialVersionUID = 1L;

    private final long present;

    RevisionConflictException(String what, Expected expected, long present) {
        super(what + " is at revision " + present + " (0: absent), expected was " + expected + "; nothing was changed");
        this.present = present;
    }

    /** The revision it has; 0 when there is none. */
    public long present() {
        return present;
    }
}
