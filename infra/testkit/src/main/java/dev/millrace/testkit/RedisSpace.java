package dev.millrace.testkit;

import java.net.URI;

/**
 * A test class's own part of the shared Redis.
 *
 * @param uri {@code redis://…}
 * @param prefix starts each key and channel the class uses; ends with a colon
 */
public record RedisSpace(URI uri, String prefix) {
    /** A key that no other test class uses. */
    public String key(String suffix) {
        return prefix + suffix;
    }
}
