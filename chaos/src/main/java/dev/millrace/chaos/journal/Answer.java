package dev.millrace.chaos.journal;

import java.util.Set;

/**
 * One line of the callers' journal: somebody calls and waits, or has been told something. Nobody calls twice under one key.
 * Times are in milliseconds since 1970.
 *
 * @param key by what the call is known; it stands in the event itself
 * @param at when
 * @param status the answer's HTTP status; {@link #CALLING} when this line says that the call goes out, {@link #BROKEN} when
 *     the connection broke, {@link #SILENCE} when nothing came although the caller's time was over
 * @param requestId that the caller was told; empty when there was none
 * @param run of which the answer is the result; empty when it is none
 */
public record Answer(String key, long at, int status, String requestId, String run) {

    /** Not an answer: the call is about to leave. */
    public static final int CALLING = -1;

    /** Nobody knows what became of it. */
    public static final int BROKEN = 0;

    /** Neither an answer nor a broken connection. */
    public static final int SILENCE = -2;

    /** What says that the function does not run: it does not exist, it may not, there is nobody for it. */
    private static final Set<Integer> REFUSALS = Set.of(400, 404, 413, 422, 429, 432, 449, 503);

    public boolean succeeded() {
        return status == 200;
    }

    /** Whether the caller was told that the function will not run. */
    public boolean refused() {
        return REFUSALS.contains(status);
    }
}
