package dev.millrace.chaos.journal;

/**
 * One line of the clients' journal: an event was sent, or an answer came. Times are in milliseconds since 1970.
 *
 * @param key by what the event is known; it is the event's idempotency key and stands in the event itself
 * @param expected how its invocation ought to end, such as {@code SUCCEEDED}
 * @param at when
 * @param status the answer's HTTP status; {@link #SENT} when this line says that the event goes out, {@link #NO_ANSWER}
 *     when the connection broke
 * @param requestId of an accepted event; empty otherwise
 * @param delay milliseconds that it is to wait from its acceptance on
 */
public record Call(String key, String expected, long at, int status, String requestId, long delay) {

    /** Expected of an event that must not be accepted. */
    public static final String REFUSED = "REFUSED";

    /** Expected of an event that may succeed or fail, as what it depends on does. */
    public static final String EITHER = "EITHER";

    /** Not an answer: the event is about to leave. */
    public static final int SENT = -1;

    /** Nobody knows whether it was accepted. */
    public static final int NO_ANSWER = 0;

    /** The dispatcher does not know whether it was accepted. */
    public static final int UNKNOWN = 504;

    /** Another request with the same key is being accepted, or was when its dispatcher died. */
    private static final int IN_USE = 409;

    /** About an event that may begin at once. */
    public Call(String key, String expected, long at, int status, String requestId) {
        this(key, expected, at, status, requestId, 0);
    }

    public boolean accepted() {
        return status == 202;
    }

    /** Whether the caller was told that the event will not run. */
    public boolean refused() {
        return status >= 400 && status != UNKNOWN && status != IN_USE && status != 500;
    }
}
