package dev.millrace.trigger.cos;

/** A notification that is neither in COS nor in S3 form; the text says which part of it. */
final class MalformedNotificationException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedNotificationException(String reason) {
        super(reason);
    }
}
