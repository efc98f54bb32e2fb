package dev.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory for the data of one test session. */
record ScratchDirectory(Path path) implements AutoCloseable {
    static ScratchDirectory create() {
        try {
            return new ScratchDirectory(Files.createTempDirectory("millrace-test"));
        } catch (IOException e) {
            throw new UncheckedIOException("No directory for test data can be made", e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path deepestFirst : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(deepestFirst);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Test data in " + path + " cannot be deleted", e);
        }
    }
}
