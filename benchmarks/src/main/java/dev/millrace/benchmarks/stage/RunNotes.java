package dev.millrace.benchmarks.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What one process notes of the runs in it, in a file of its own: what was written is there although the process is killed.
 * Thread-safe.
 */
public final class RunNotes {

    private static final String BEGIN = "begin";
    private static final String END = "end";
    private static final int WORDS = 3;

    private final FileChannel file;

    private RunNotes(FileChannel file) {
        this.file = file;
    }

    /**
     * A beginning or an end.
     *
     * @param begins whether it is a beginning
     * @param event which event, counted from 0
     * @param at epoch milliseconds
     */
    public record Note(boolean begins, int event, long at) {}

    static RunNotes in(Path path) throws IOException {
        return new RunNotes(FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    void begins(int event) throws IOException {
        write(BEGIN, event);
    }

    void ends(int event) throws IOException {
        write(END, event);
    }

    private void write(String what, int event) throws IOException {
        String line = what + " " + event + " " + System.currentTimeMillis() + "\n";
        file.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
    }

    /**
     * A process and its end.
     *
     * @param killedAt epoch milliseconds; {@link #NOT_KILLED} when it was not killed
     * @param notes in the order in which they were written
     */
    public record Life(long killedAt, List<Note> notes) {

        /** Of a process that lives, or ended in order. */
        public static final long NOT_KILLED = Long.MAX_VALUE;
    }

    /** All of them, in the order in which they were written; a last one that was broken off is left out. */
    static List<Note> read(Path path) {
        try {
            return Files.readString(path)
                    .lines()
                    .map(line -> line.split(" ", -1))
                    .filter(words -> words.length == WORDS && !words[WORDS - 1].isEmpty())
                    .map(words ->
                            new Note(words[0].equals(BEGIN), Integer.parseInt(words[1]), Long.parseLong(words[2])))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
