package dev.millrace.testkit;

import java.net.URI;

/**
 * A test class's own part of the shared Redis.
 *
 * @param uri {@code redis://…}
 * @param prefix starts each key and channel the class uses; ends with a colon
 */
public record RedisSpace(URI uri, String prefix) {
    /** A part of it for an installation of its own: another Kafka gives the same addresses out again. */
    public RedisSpace within(String part) {
        return new RedisSpace(uri, prefix + part + ":");
    }

    /** A key that no other test class uses. */
    public String key(String suffix) {
        return prefix + suffix;
    }
}
