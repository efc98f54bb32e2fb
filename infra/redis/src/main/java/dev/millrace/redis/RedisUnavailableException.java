package dev.millrace.redis;

/**
 * Redis did not answer, or refused what it was asked (loading, read-only, out of memory). Nothing is known about
 * whether the command was carried out; everything in this package may be said again.
 */
public final class RedisUnavailableException extends RuntimeException {

    public RedisUnavailableException(String text, Throwable cause) {
        super(text, cause);
    }

    public RedisUnavailableException(String text) {
        super(text);
    }
}
