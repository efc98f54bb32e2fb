package dev.millrace.contract;

/**
 * Bytes from a topic or a store that are not what they should be. What comes from there is input, not truth: decoders
 * throw this and nothing else, whatever the bytes.
 */
public final class MalformedException extends Exception {

    private static final long serialVersionUID = 1L;

    public MalformedException(String reason) {
        super(reason);
    }
}
