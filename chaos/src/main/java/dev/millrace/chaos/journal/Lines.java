package dev.millrace.chaos.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import tools.jackson.databind.json.JsonMapper;

/** A file to which records are appended, one a line. Thread-safe. */
public final class Lines implements AutoCloseable {

    static final JsonMapper JSON = JsonMapper.builder().build();

    private final FileChannel file;

    private Lines(FileChannel file) {
        this.file = file;
    }

    public static Lines appendTo(Path file) throws IOException {
        return new Lines(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    /** Appends a line. */
    public void write(Object line) {
        try {
            synchronized (this) {
                ByteBuffer bytes = ByteBuffer.wrap((JSON.writeValueAsString(line) + "\n").getBytes(UTF_8));
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("what happened cannot be written down", e);
        }
    }

    /** Appends a line and returns when it is on the disk: only then may anybody act on it. */
    public void writeThrough(Object line) {
        write(line);
        try {
            file.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException("what happened cannot be written down", e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
