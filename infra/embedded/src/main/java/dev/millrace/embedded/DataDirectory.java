package dev.millrace.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory that one process at a time may use. The operating system drops the lock when the holder dies, however it
 * dies. Thread-safe.
 */
public final class DataDirectory implements AutoCloseable {
    private static final String LOCK_FILE = ".lock";

    /**
     * What this process holds. A POSIX lock belongs to the process and is lost when any channel on the file closes, so
     * a second attempt from here must be refused without opening the file.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Creates the directory if it is missing and takes its lock.
     *
     * @throws EmbeddedServerException if another holder has it (named with its process ID), or it cannot be written
     */
    public static DataDirectory lock(Path directory) {
        Path path;
        try {
            path = Files.createDirectories(directory).toRealPath();
        } catch (IOException e) {
            throw unusable(directory, e);
        }
        if (!HELD_HERE.add(path)) {
            throw inUse(path, "this process (" + ProcessHandle.current().pid() + ")");
        }
        try {
            return new DataDirectory(path, lockedChannel(path));
        } catch (IOException e) {
            HELD_HERE.remove(path);
            throw unusable(path, e);
        } catch (EmbeddedServerException e) {
            HELD_HERE.remove(path);
            throw e;
        }
    }

    private static FileChannel lockedChannel(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            @Nullable FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(path, "process " + firstLine(channel));
            }
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(ProcessHandle.current().pid() + "\n"), 0);
            return channel;
        } catch (IOException | EmbeddedServerException e) {
            channel.close();
            throw e;
        }
    }

    private static String firstLine(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(32);
        channel.read(bytes, 0);
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
    }

    private static EmbeddedServerException inUse(Path path, String holder) {
        return new EmbeddedServerException("Data directory " + path + " is in use by " + holder
                + "; stop that process or choose another data directory");
    }

    private static EmbeddedServerException unusable(Path path, IOException cause) {
        return new EmbeddedServerException(
                "Data directory " + path + " cannot be used (" + cause + "); check its owner and permissions", cause);
    }

    /** The directory, absolute and without symbolic links. */
    public Path path() {
        return path;
    }

    /** Gives the lock back. Closing twice is harmless. */
    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw unusable(path, e);
        } finally {
            HELD_HERE.remove(path);
        }
    }
}
