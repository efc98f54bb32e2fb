package dev.millrace.program;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457): what is wrong, where, and what to do.
 *
 * @param status HTTP status
 * @param type stable name of the problem, a URI reference such as {@code acceptance-unknown}
 * @param title the kind of problem, the same text every time
 * @param detail this occurrence
 * @param requestId the invocation it is about; else {@code null}
 * @param more further members, such as the list of mistakes in a definition
 * @param headers further headers of the answer, such as {@code Retry-After}
 */
public record Problem(
        int status,
        String type,
        String title,
        String detail,
        @Nullable String requestId,
        Map<String, Object> more,
        Map<String, String> headers) {

    /** The media type of the document. */
    public static final String MEDIA_TYPE = "application/problem+json";

    public Problem {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("no problem has status " + status);
        }
        more = Map.copyOf(more);
        headers = Map.copyOf(headers);
    }

    /** A problem that is not about one invocation. */
    public static Problem of(int status, String type, String title, String detail) {
        return new Problem(status, type, title, detail, null, Map.of(), Map.of());
    }

    /** 400: the request itself is wrong. */
    public static Problem malformed(String detail) {
        return of(400, "malformed-request", "The request is malformed", detail);
    }

    /** 404: absent and foreign things answer alike. */
    public static Problem notFound(String detail) {
        return of(404, "not-found", "Not found", detail);
    }

    /** 413 */
    public static Problem tooLarge(String detail) {
        return of(413, "too-large", "The request is too large", detail);
    }

    /** 501: asked for something that a later release brings; nothing was done. */
    public static Problem notBuiltYet(String detail) {
        return of(501, "not-built-yet", "This is not built yet", detail);
    }

    /** The same about one invocation. */
    public Problem about(String invocation) {
        return new Problem(status, type, title, detail, invocation, more, headers);
    }

    /** The same with a further member. */
    public Problem with(String member, Object value) {
        Map<String, Object> members = new LinkedHashMap<>(more);
        members.put(member, value);
        return new Problem(status, type, title, detail, requestId, members, headers);
    }

    /** The same with the number of seconds after which trying again makes sense. */
    public Problem retryAfter(int seconds) {
        return withHeader("Retry-After", Integer.toString(seconds));
    }

    /** The same with a further header. */
    public Problem withHeader(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new Problem(status, type, title, detail, requestId, more, all);
    }

    /** To be thrown by whoever answers a request. */
    public ProblemException exception() {
        return new ProblemException(this);
    }

    /** The document's members, in their order. */
    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", type);
        members.put("title", title);
        members.put("status", status);
        members.put("detail", detail);
        if (requestId != null) {
            members.put("requestId", requestId);
        }
        members.putAll(more);
        return members;
    }
}
