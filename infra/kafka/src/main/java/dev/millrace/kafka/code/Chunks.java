package dev.millrace.kafka.code;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A code package cut into chunks, and put together again from chunks that come in any order, some twice, some foreign.
 * What comes from the topic is input: nothing of it is trusted before {@link #verify()}. Not thread-safe.
 */
final class Chunks {

    /** Bytes of every chunk but the last. */
    static final int SIZE = 512 * 1024;

    private final CodeRef ref;
    private final FileChannel content;
    private final BitSet present = new BitSet();

    /** @param content what the chunks are put into */
    Chunks(CodeRef ref, FileChannel content) throws DamagedCodeException {
        if (ref.chunks() != count(ref.length())) {
            throw new DamagedCodeException("the code package " + ref.sha256() + " of " + ref.length()
                    + " bytes cannot have " + ref.chunks() + " chunks");
        }
        this.ref = ref;
        this.content = content;
    }

    /** How many chunks a package of this length has. */
    static int count(long length) {
        return Math.toIntExact((length + SIZE - 1) / SIZE);
    }

    /** The partition its chunks lie in. */
    static int partition(String sha256) {
        return Math.floorMod(Integer.parseUnsignedInt(sha256.substring(0, 8), 16), Topics.CODE_PARTITIONS);
    }

    static byte[] key(String sha256, int number) {
        return (sha256 + ":" + number).getBytes(StandardCharsets.UTF_8);
    }

    /** Chunk number so-and-so of a package of this length. */
    static byte[] read(FileChannel content, int number, long length) throws IOException {
        long from = (long) number * SIZE;
        ByteBuffer chunk = ByteBuffer.allocate(Math.toIntExact(Math.min(SIZE, length - from)));
        while (chunk.hasRemaining()) {
            if (content.read(chunk, from + chunk.position()) < 0) {
                throw new IOException("the file became shorter while it was being read");
            }
        }
        return chunk.array();
    }

    static String sha256(FileChannel content) throws IOException {
        MessageDigest digest = digest();
        ByteBuffer part = ByteBuffer.allocate(SIZE);
        long position = 0;
        while (true) {
            part.clear();
            int read = content.read(part, position);
            if (read < 0) {
                return HexFormat.of().formatHex(digest.digest());
            }
            position += read;
            digest.update(part.flip());
        }
    }

    /** Takes a record if it is a chunk of this package that is still missing. */
    void offer(byte @Nullable [] key, byte @Nullable [] value) throws IOException {
        int number = number(key);
        if (number < 0 || present.get(number) || value == null || value.length != length(number)) {
            return;
        }
        ByteBuffer chunk = ByteBuffer.wrap(value);
        long from = (long) number * SIZE;
        while (chunk.hasRemaining()) {
            content.write(chunk, from + chunk.position());
        }
        present.set(number);
    }

    boolean isComplete() {
        return present.cardinality() == ref.chunks();
    }

    /** @throws DamagedCodeException unless this is the package, to the byte */
    void verify() throws IOException, DamagedCodeException {
        if (!isComplete()) {
            throw new DamagedCodeException(
                    "of the code package " + ref.sha256() + " the chunk " + present.nextClearBit(0) + " of "
                            + ref.chunks() + " is missing in the code topic; deploy it again");
        }
        if (content.size() != ref.length() || !sha256(content).equals(ref.sha256())) {
            throw new DamagedCodeException(
                    "what the code topic holds of the package " + ref.sha256() + " is something else; deploy it again");
        }
    }

    private int number(byte @Nullable [] key) {
        if (key != null) {
            String text = new String(key, StandardCharsets.UTF_8);
            if (text.startsWith(ref.sha256() + ":")) {
                for (int number = 0; number < ref.chunks(); number++) {
                    if (Arrays.equals(key, key(ref.sha256(), number))) {
                        return number;
                    }
                }
            }
        }
        return -1;
    }

    private long length(int number) {
        return Math.min(SIZE, ref.length() - (long) number * SIZE);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
