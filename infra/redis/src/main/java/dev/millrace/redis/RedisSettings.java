package dev.millrace.redis;

import java.net.URI;

/**
 * Which Redis, and what its keys begin with.
 *
 * @param uri {@code redis://[[user]:password@]host[:port][/db]}, or {@code rediss://} for TLS
 * @param keyPrefix what all keys of the installation begin with; several installations can share a Redis
 */
public record RedisSettings(URI uri, String keyPrefix) {

    /** The prefix unless configured otherwise. */
    public static final String DEFAULT_PREFIX = "millrace:";

    static final int DEFAULT_PORT = 6379;

    public RedisSettings {
        String scheme = uri.getScheme();
        if (uri.getHost() == null || !("redis".equals(scheme) || "rediss".equals(scheme))) {
            throw new IllegalArgumentException(
                    "a Redis address reads redis://[user:password@]host[:port][/db] or rediss://…, not " + shown(uri));
        }
        String path = uri.getPath();
        if (path != null && !path.matches("|/[0-9]{0,5}")) {
            throw new IllegalArgumentException(
                    "what follows the host of a Redis address is a database number, not " + path.substring(1));
        }
        if (!keyPrefix.matches("[a-zA-Z0-9._:-]{0,64}")) {
            throw new IllegalArgumentException(
                    "a key prefix has up to 64 letters, digits, '.', '_', ':' or '-': " + keyPrefix);
        }
    }

    /** This Redis, with the usual prefix. */
    public static RedisSettings of(String uri) {
        return new RedisSettings(URI.create(uri), DEFAULT_PREFIX);
    }

    String host() {
        return uri.getHost();
    }

    int port() {
        return uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    }

    /** Host and port; for logs. Never the password. */
    @Override
    public String toString() {
        return host() + ":" + port();
    }

    private static String shown(URI uri) {
        return uri.getUserInfo() == null ? uri.toString() : uri.getScheme() + "://(hidden)";
    }
}
