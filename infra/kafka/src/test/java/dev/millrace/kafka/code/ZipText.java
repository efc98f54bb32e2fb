package dev.millrace.kafka.code;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes zips byte by byte, also such as no honest tool makes. */
final class ZipText {

    static final int FILE = 0100644;
    static final int PROGRAM = 0100755;
    static final int LINK = 0120777;

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Entry(byte[] name, int mode, int flags, int crc, int zipped, int size, int at) {}

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<Entry> entries = new ArrayList<>();

    ZipText file(String name, String content) {
        return entry(name, content.getBytes(StandardCharsets.UTF_8), FILE, 0);
    }

    ZipText entry(String name, byte[] content, int mode, int flags) {
        CRC32 crc = new CRC32();
        crc.update(content);
        byte[] zipped = deflated(content);
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        entries.add(new Entry(nameBytes, mode, flags, (int) crc.getValue(), zipped.length, content.length, out.size()));
        out.writeBytes(words(30)
                .putInt(0x04034b50)
                .putShort((short) 20)
                .putShort((short) (flags | 0x800))
                .putShort((short) 8)
                .putInt(0)
                .putInt((int) crc.getValue())
                .putInt(zipped.length)
                .putInt(content.length)
                .putShort((short) nameBytes.length)
                .putShort((short) 0)
                .array());
        out.writeBytes(nameBytes);
        out.writeBytes(zipped);
        return this;
    }

    Path writeTo(Path path) throws IOException {
        int directory = out.size();
        for (Entry entry : entries) {
            out.writeBytes(words(46)
                    .putInt(0x02014b50)
                    .putShort((short) (3 << 8 | 20))
                    .putShort((short) 20)
                    .putShort((short) (entry.flags() | 0x800))
                    .putShort((short) 8)
                    .putInt(0)
                    .putInt(entry.crc())
                    .putInt(entry.zipped())
                    .putInt(entry.size())
                    .putShort((short) entry.name().length)
                    .putLong(0)
                    .putInt(entry.mode() << 16)
                    .putInt(entry.at())
                    .array());
            out.writeBytes(entry.name());
        }
        int length = out.size() - directory;
        out.writeBytes(words(22)
                .putInt(0x06054b50)
                .putInt(0)
                .putShort((short) entries.size())
                .putShort((short) entries.size())
                .putInt(length)
                .putInt(directory)
                .putShort((short) 0)
                .array());
        return Files.write(path, out.toByteArray());
    }

    private static ByteBuffer words(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] deflated(byte[] content) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream zipped = new ByteArrayOutputStream();
            byte[] part = new byte[8192];
            while (!deflater.finished()) {
                zipped.write(part, 0, deflater.deflate(part));
            }
            return zipped.toByteArray();
        } finally {
            deflater.end();
        }
    }
}
