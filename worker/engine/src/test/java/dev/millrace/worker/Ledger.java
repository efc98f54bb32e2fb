package dev.millrace.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the handlers of {@link WorkerMain} noted. */
final class Ledger {

    private final Path file;

    /**
     * A line.
     *
     * @param what {@code begin} or {@code end}
     * @param at epoch milliseconds
     */
    record Line(String what, String id, String worker, long at) {}

    Ledger(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    List<Line> lines() {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> line.split(" "))
                    .filter(parts -> parts.length == 4)
                    .map(parts -> new Line(parts[0], parts[1], parts[2], Long.parseLong(parts[3])))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Line> begins(String id) {
        return lines().stream()
                .filter(line -> line.what().equals("begin") && line.id().equals(id))
                .toList();
    }

    long begins() {
        return lines().stream().filter(line -> line.what().equals("begin")).count();
    }
}
