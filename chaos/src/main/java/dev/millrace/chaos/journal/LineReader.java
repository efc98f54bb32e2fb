package dev.millrace.chaos.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what was appended to a file since the last time. A line that is not finished yet is left for the next time. Not
 * thread-safe.
 */
public final class LineReader<T> {

    private static final int CHUNK = 1 << 20;

    private final Path file;
    private final Class<T> type;
    private long position;

    public LineReader(Path file, Class<T> type) {
        this.file = file;
        this.type = type;
    }

    /** What is new; nothing if there is no file. */
    public List<T> more() throws IOException {
        List<T> lines = new ArrayList<>();
        if (!Files.exists(file)) {
            return lines;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            byte[] chunk = new byte[CHUNK];
            int length;
            while ((length = channel.read(ByteBuffer.wrap(chunk), position)) > 0) {
                int read = takeLines(chunk, length, lines);
                if (read == 0) {
                    break;
                }
                position += read;
            }
        }
        return lines;
    }

    /** How many bytes of whole lines there were. */
    private int takeLines(byte[] chunk, int length, List<T> lines) {
        int begin = 0;
        for (int i = 0; i < length; i++) {
            if (chunk[i] == '\n') {
                String line = new String(chunk, begin, i - begin, UTF_8);
                lines.add(Lines.JSON.readValue(line, type));
                begin = i + 1;
            }
        }
        return begin;
    }
}
