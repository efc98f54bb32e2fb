package dev.millrace.contract;

/** A text that is no request ID of this installation: mistyped, made up, or issued elsewhere. */
public final class InvalidRequestIdException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidRequestIdException(String reason) {
        super(reason);
    }
}
