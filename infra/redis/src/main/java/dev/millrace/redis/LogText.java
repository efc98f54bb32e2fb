package dev.millrace.redis;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.millrace.contract.Limits;
import java.util.Arrays;

/** The log of an attempt as it lies in Redis: one octet that says how, then the text or its compressed form. Pure. */
final class LogText {

    /** Shorter ones are not worth the effort. */
    static final int COMPRESS_ABOVE = 1024;

    private static final byte PLAIN = 0;
    private static final byte ZSTD = 1;
    private static final int LEVEL = 1;

    /** The marks where a log was cut come on top of what is kept. */
    private static final int LONGEST = Limits.LOG_BYTES + 64 * 1024;

    private LogText() {}

    static byte[] pack(byte[] text) {
        if (text.length > COMPRESS_ABOVE) {
            byte[] packed = new byte[1 + (int) Zstd.compressBound(text.length)];
            long length = Zstd.compressByteArray(packed, 1, packed.length - 1, text, 0, text.length, LEVEL);
            if (!Zstd.isError(length) && length < text.length) {
                packed[0] = ZSTD;
                return Arrays.copyOf(packed, 1 + (int) length);
            }
        }
        byte[] plain = new byte[1 + text.length];
        plain[0] = PLAIN;
        System.arraycopy(text, 0, plain, 1, text.length);
        return plain;
    }

    /**
     * The text.
     *
     * @throws IllegalArgumentException these are not bytes that {@link #pack} wrote
     */
    static byte[] unpack(byte[] packed) {
        if (packed.length == 0) {
            throw new IllegalArgumentException("a log in Redis is empty where its form should stand");
        }
        byte[] rest = Arrays.copyOfRange(packed, 1, packed.length);
        return switch (packed[0]) {
            case PLAIN -> rest;
            case ZSTD -> decompress(rest);
            default -> throw new IllegalArgumentException("a log in Redis has the unknown form " + packed[0]);
        };
    }

    private static byte[] decompress(byte[] compressed) {
        long length = Zstd.getFrameContentSize(compressed);
        if (length < 0 || length > LONGEST) {
            throw new IllegalArgumentException("a log in Redis says it has " + length + " bytes");
        }
        try {
            return Zstd.decompress(compressed, (int) length);
        } catch (ZstdException e) {
            throw new IllegalArgumentException("a log in Redis is not readable", e);
        }
    }
}
