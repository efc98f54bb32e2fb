package dev.millrace.cli.source;

import dev.millrace.cli.shell.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs a folder so that the same files give the same bytes, whatever their dates, their order on disk and the machine: an
 * unchanged function is then known to be unchanged. Pure but for reading the folder.
 */
public final class SourceZip {

    /** SCF: largest code package. */
    static final int MOST_BYTES = 50 * 1024 * 1024;

    /** SCF: largest code package, unpacked. */
    static final long MOST_UNPACKED = 500L * 1024 * 1024;

    static final int MOST_FILES = 10_000;

    /** The first date that a zip can hold. */
    private static final LocalDateTime DATE = LocalDateTime.of(1980, 1, 1, 0, 0);

    // APPNOTE.TXT 4.3.12 and 4.3.16: the directory at the end of a zip.
    private static final int END_LENGTH = 22;
    private static final int ENTRY_LENGTH = 46;
    private static final byte UNIX = 3;
    private static final int REGULAR_FILE = 0100644;
    private static final int EXECUTABLE_FILE = 0100755;

    private SourceZip() {}

    /**
     * The package.
     *
     * @throws Failure when it would be refused: too large, too many files, links that leave the folder
     */
    public static byte[] of(Path folder) throws IOException {
        SortedMap<String, Path> files = SourceFolder.files(folder);
        requireWithin(folder, files);
        Set<String> executables = new HashSet<>();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
            zip.setLevel(6);
            for (Map.Entry<String, Path> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTimeLocal(DATE);
                zip.putNextEntry(entry);
                Files.copy(file.getValue(), zip);
                zip.closeEntry();
                if (Files.isExecutable(file.getValue())) {
                    executables.add(file.getKey());
                }
            }
        }
        if (bytes.size() > MOST_BYTES) {
            throw Failure.usage("the code package of " + folder + " has " + megabytes(bytes.size()) + "; at most "
                            + megabytes(MOST_BYTES) + " are taken")
                    .next("leave out what the function does not need");
        }
        return withModes(bytes.toByteArray(), executables);
    }

    private static void requireWithin(Path folder, SortedMap<String, Path> files) throws IOException {
        if (files.isEmpty()) {
            throw Failure.usage(folder + " holds no file").next("set src to the folder with the code");
        }
        if (files.size() > MOST_FILES) {
            throw Failure.usage(folder + " holds " + files.size() + " files; at most " + MOST_FILES + " are taken")
                    .next("leave out what the function does not need");
        }
        long unpacked = 0;
        for (Path file : files.values()) {
            unpacked += Files.size(file);
        }
        if (unpacked > MOST_UNPACKED) {
            throw Failure.usage(folder + " holds " + megabytes(unpacked) + "; at most " + megabytes(MOST_UNPACKED)
                            + " are taken")
                    .next("leave out what the function does not need");
        }
    }

    /**
     * Notes in the directory who may be executed, which the JDK's writer cannot. The directory starts where the end
     * record says, and has an entry after the other.
     */
    private static byte[] withModes(byte[] zip, Set<String> executables) {
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int end = zip.length - END_LENGTH;
        int count = Short.toUnsignedInt(bytes.getShort(end + 10));
        int entry = bytes.getInt(end + 16);
        for (int i = 0; i < count; i++) {
            int nameLength = Short.toUnsignedInt(bytes.getShort(entry + 28));
            int extraLength = Short.toUnsignedInt(bytes.getShort(entry + 30));
            String name = new String(zip, entry + ENTRY_LENGTH, nameLength, StandardCharsets.UTF_8);
            bytes.put(entry + 5, UNIX);
            bytes.putInt(entry + 38, (executables.contains(name) ? EXECUTABLE_FILE : REGULAR_FILE) << 16);
            entry += ENTRY_LENGTH + nameLength + extraLength;
        }
        return zip;
    }

    private static String megabytes(long bytes) {
        return (bytes + 1024 * 1024 - 1) / (1024 * 1024) + " MB";
    }
}
