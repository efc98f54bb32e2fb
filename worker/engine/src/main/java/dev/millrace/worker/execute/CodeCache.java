package dev.millrace.worker.execute;

import dev.millrace.contract.CodeRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unpacked code packages on this machine's disk, by content. A package is fetched and unpacked once, whoever asks for
 * it at the same time; those that nobody uses are deleted, the longest unused first, when there are too many bytes.
 * What is there survives the worker. Thread-safe.
 *
 * <pre>
 * code/0/lock                   held by the worker that uses code/0; another one on this machine takes code/1
 * code/0/&lt;sha256&gt;/index.py      a package; the directory appears whole or not at all
 * code/0/&lt;sha256&gt;.zip           one being fetched
 * code/0/work                   whatever else the worker keeps while it lives
 * </pre>
 */
public final class CodeCache implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CodeCache.class);
    private static final int MOST_WORKERS = 1000;

    private final Path directory;
    private final FileChannel lockFile;
    private final long maxBytes;
    private final Unpacking source;
    private final Clock clock;
    private final Map<String, CodePackage> packages = new HashMap<>();

    /** Brings a package from where all packages are. */
    @FunctionalInterface
    public interface Unpacking {

        /**
         * Fetches a package, verifies and unpacks it.
         *
         * @param zip where to put the package meanwhile
         * @param target the directory that is to appear, whole or not at all
         * @throws IOException when that cannot be done; nothing has appeared
         */
        void unpack(CodeRef ref, Path zip, Path target) throws IOException;
    }

    /** A package in use: it is not deleted before it is closed. */
    public interface Lease extends AutoCloseable {

        Path directory();

        @Override
        void close();
    }

    /** What is known of one package; its monitor is held while it is fetched. */
    private static final class CodePackage {
        private final Path directory;
        private int users;
        private long bytes = -1;

        CodePackage(Path directory) {
            this.directory = directory;
        }
    }

    private CodeCache(Path directory, FileChannel lockFile, long maxBytes, Unpacking source, Clock clock) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.maxBytes = maxBytes;
        this.source = source;
        this.clock = clock;
    }

    /**
     * Opens the first part of this directory that no other process uses.
     *
     * @param maxBytes of packages nobody uses and somebody uses together; those in use are kept in any case
     */
    public static CodeCache open(Path root, long maxBytes, Unpacking source, Clock clock) throws IOException {
        for (int place = 0; place < MOST_WORKERS; place++) {
            Path directory = Files.createDirectories(root.resolve(Integer.toString(place)));
            FileChannel lockFile =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock(lockFile)) {
                CodeCache cache = new CodeCache(directory, lockFile, maxBytes, source, clock);
                cache.takeStock();
                return cache;
            }
            lockFile.close();
        }
        throw new IOException("no room for a worker's code below " + root + ": " + MOST_WORKERS + " workers use it");
    }

    /**
     * The package, brought here if it is not. Blocks while it is fetched.
     *
     * @throws CodeNotThereException when it cannot be brought here now
     */
    Lease lease(CodeRef ref) throws CodeNotThereException {
        CodePackage found = use(ref.sha256());
        try {
            bring(ref, found);
            deleteUnused();
            return leaseOf(found);
        } catch (IOException | RuntimeException e) {
            release(found);
            throw new CodeNotThereException("the code " + ref.sha256() + " could not be fetched: " + e, e);
        }
    }

    /** A directory of this worker alone, beside the packages, emptied when a worker takes the place. */
    public Path workspace() {
        return directory.resolve("work");
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            log.warn("the lock of {} was not given back in order; it ends with the process", directory, e);
        }
    }

    private void bring(CodeRef ref, CodePackage wanted) throws IOException {
        synchronized (wanted) {
            if (!Files.isDirectory(wanted.directory)) {
                Path zip = directory.resolve(ref.sha256() + ".zip");
                Files.deleteIfExists(zip);
                try {
                    source.unpack(ref, zip, wanted.directory);
                } finally {
                    Files.deleteIfExists(zip);
                }
                wanted.bytes = -1;
            }
            if (wanted.bytes < 0) {
                wanted.bytes = sizeOf(wanted.directory);
            }
            Files.setLastModifiedTime(wanted.directory, FileTime.from(clock.instant()));
        }
    }

    private Lease leaseOf(CodePackage leased) {
        return new Lease() {
            private boolean open = true;

            @Override
            public Path directory() {
                return leased.directory;
            }

            @Override
            public synchronized void close() {
                if (open) {
                    open = false;
                    release(leased);
                }
            }
        };
    }

    private synchronized CodePackage use(String sha256) {
        CodePackage found = packages.computeIfAbsent(sha256, name -> new CodePackage(directory.resolve(name)));
        found.users++;
        return found;
    }

    private synchronized void release(CodePackage used) {
        used.users--;
    }

    /** Deleting is done under the lock: who asks for such a package meanwhile fetches it anew. */
    private synchronized void deleteUnused() throws IOException {
        long bytes = packages.values().stream()
                .mapToLong(kept -> Math.max(0, kept.bytes))
                .sum();
        List<CodePackage> unused = packages.values().stream()
                .filter(kept -> kept.users == 0 && kept.bytes >= 0)
                .sorted(Comparator.comparing(CodeCache::lastUsed))
                .toList();
        for (CodePackage old : unused) {
            if (bytes <= maxBytes) {
                return;
            }
            // A directory without its name is no package, should deleting stop half-way.
            Path doomed = directory.resolve("deleted-" + old.directory.getFileName());
            Files.move(old.directory, doomed);
            deleteTree(doomed);
            packages.values().remove(old);
            bytes -= old.bytes;
        }
    }

    /** What an earlier worker left: whole packages are kept, the rest is deleted. */
    private synchronized void takeStock() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (name.matches("[0-9a-f]{64}") && Files.isDirectory(entry)) {
                    CodePackage kept = new CodePackage(entry);
                    kept.bytes = sizeOf(entry);
                    packages.put(name, kept);
                } else if (!name.equals("lock")) {
                    deleteTree(entry);
                }
            }
        }
        deleteUnused();
    }

    private static boolean lock(FileChannel lockFile) throws IOException {
        try {
            FileLock lock = lockFile.tryLock();
            return lock != null && lock.isValid();
        } catch (OverlappingFileLockException e) {
            return false; // Another worker of this very process has it.
        }
    }

    private static FileTime lastUsed(CodePackage kept) {
        try {
            return Files.getLastModifiedTime(kept.directory);
        } catch (IOException e) {
            return FileTime.fromMillis(0); // It is gone: first in the row to be forgotten.
        }
    }

    private static long sizeOf(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(CodeCache::sizeOfFile)
                    .sum();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static long sizeOfFile(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> entries = Files.walk(root)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(entry);
            }
        }
    }
}
