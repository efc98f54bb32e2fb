package dev.millrace.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where things live that are costly to make and can be made again: the class-data archive, the Redis program. */
final class CacheDirectory {
    private CacheDirectory() {}

    /** {@code $XDG_CACHE_HOME/millrace}, by default {@code ~/.cache/millrace}; created if missing. */
    static Path path() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path base = configured == null || configured.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(configured);
        try {
            return Files.createDirectories(base.resolve("millrace"));
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "Cache directory " + base + " cannot be written (" + e + "); set XDG_CACHE_HOME to one that can",
                    e);
        }
    }
}
