package dev.millrace.kafka.code;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What the directory at the end of a zip says of its entries beyond what {@link java.util.zip.ZipFile} tells: whether
 * they are encrypted and their Unix mode. Source: APPNOTE.TXT 6.3, §4.3.12 and §4.3.16.
 */
final class CentralDirectory {

    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int MAX_COMMENT = 0xFFFF;
    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final int ENTRY_LENGTH = 46;
    private static final int ENCRYPTED = 1;

    /** @param mode Unix mode, 0 when the zip does not tell */
    record Entry(String name, boolean encrypted, int mode) {

        private static final int TYPE = 0170000;
        private static final int REGULAR = 0100000;
        private static final int DIRECTORY = 0040000;
        private static final int EXECUTABLE = 0111;

        /** A link, a device or the like. */
        boolean isSpecial() {
            int type = mode & TYPE;
            return type != 0 && type != REGULAR && type != DIRECTORY;
        }

        boolean isExecutable() {
            return (mode & EXECUTABLE) != 0;
        }
    }

    private CentralDirectory() {}

    /** Its entries, in order. */
    static List<Entry> read(Path zip) throws IOException, RefusedArchiveException {
        try (FileChannel file = FileChannel.open(zip, StandardOpenOption.READ)) {
            ByteBuffer end = end(file);
            int count = end.getShort(10) & 0xFFFF;
            long length = end.getInt(12) & 0xFFFF_FFFFL;
            long offset = end.getInt(16) & 0xFFFF_FFFFL;
            if (count == 0xFFFF || offset + length > file.size()) {
                throw new RefusedArchiveException("the zip's directory is damaged or of the ZIP64 form");
            }
            if (count > CodeArchive.MAX_ENTRIES) {
                throw CodeArchive.tooManyEntries(count);
            }
            return entries(bytes(file, offset, Math.toIntExact(length)), count);
        }
    }

    private static List<Entry> entries(ByteBuffer directory, int count) throws RefusedArchiveException {
        List<Entry> entries = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < count; i++) {
            if (directory.limit() - at < ENTRY_LENGTH || directory.getInt(at) != ENTRY_SIGNATURE) {
                throw new RefusedArchiveException("the zip's directory is damaged");
            }
            boolean encrypted = (directory.getShort(at + 8) & ENCRYPTED) != 0;
            int nameLength = directory.getShort(at + 28) & 0xFFFF;
            int rest = (directory.getShort(at + 30) & 0xFFFF) + (directory.getShort(at + 32) & 0xFFFF);
            int mode = directory.getInt(at + 38) >>> 16;
            at += ENTRY_LENGTH;
            if (directory.limit() - at < nameLength + rest) {
                throw new RefusedArchiveException("the zip's directory is damaged");
            }
            String name = StandardCharsets.UTF_8
                    .decode(directory.slice(at, nameLength))
                    .toString();
            entries.add(new Entry(name, encrypted, mode));
            at += nameLength + rest;
        }
        return entries;
    }

    /** The last record of the file that says where the directory is; only a comment may follow it. */
    private static ByteBuffer end(FileChannel file) throws IOException, RefusedArchiveException {
        long size = file.size();
        int length = Math.toIntExact(Math.min(size, END_LENGTH + MAX_COMMENT));
        ByteBuffer tail = bytes(file, size - length, length);
        for (int at = length - END_LENGTH; at >= 0; at--) {
            if (tail.getInt(at) == END_SIGNATURE && (tail.getShort(at + 20) & 0xFFFF) == length - END_LENGTH - at) {
                return tail.slice(at, END_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
            }
        }
        throw new RefusedArchiveException("this is no zip, or not all of one");
    }

    private static ByteBuffer bytes(FileChannel file, long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, offset + bytes.position()) < 0) {
                throw new IOException("the file became shorter while it was being read");
            }
        }
        return bytes.flip();
    }
}
