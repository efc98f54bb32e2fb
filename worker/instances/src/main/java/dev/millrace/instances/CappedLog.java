package dev.millrace.instances;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What one run wrote, in bounded memory: of a log longer than the limit the beginning and the end are kept, and a line
 * in between says how much is missing. Not thread-safe.
 */
public final class CappedLog {
    private static final int FIRST_RESERVE = 1024;

    private final int headLimit;
    private final int tailLimit;
    private byte[] head = new byte[0];
    private int headFilled;
    /** A ring; {@code tailWritten} counts everything that ever went into it. */
    private byte[] tail = new byte[0];

    private long tailWritten;

    /** A log that keeps at most {@code limit} bytes of what is written (the mark of the cut is not counted). */
    public CappedLog(int limit) {
        headLimit = limit / 2;
        tailLimit = limit - headLimit;
    }

    public void append(ByteBuffer bytes) {
        int forHead = Math.min(bytes.remaining(), headLimit - headFilled);
        if (forHead > 0) {
            if (headFilled + forHead > head.length) {
                int size = Math.max(headFilled + forHead, Math.max(FIRST_RESERVE, head.length * 2));
                head = Arrays.copyOf(head, Math.min(headLimit, size));
            }
            bytes.get(head, headFilled, forHead);
            headFilled += forHead;
        }
        while (bytes.hasRemaining()) {
            appendToTail(bytes);
        }
    }

    private void appendToTail(ByteBuffer bytes) {
        if (tailWritten + bytes.remaining() > tail.length && tail.length < tailLimit) {
            long size = Math.max(tailWritten + bytes.remaining(), Math.max(FIRST_RESERVE, tail.length * 2L));
            tail = Arrays.copyOf(tail, (int) Math.min(tailLimit, size));
        }
        int at = (int) (tailWritten % tail.length);
        int count = Math.min(bytes.remaining(), tail.length - at);
        bytes.get(tail, at, count);
        tailWritten += count;
    }

    /** The log so far. Text that is UTF-8 stays UTF-8: no character is cut in half. */
    public byte[] toBytes() {
        if (tailWritten <= tail.length) {
            return ByteBuffer.allocate(headFilled + (int) tailWritten)
                    .put(head, 0, headFilled)
                    .put(tail, 0, (int) tailWritten)
                    .array();
        }
        int headEnd = Utf8.lastBoundary(head, headFilled);
        byte[] end = unrolledTail();
        int tailStart = Utf8.firstBoundary(end);
        long missing = headFilled - headEnd + (tailWritten - end.length) + tailStart;
        byte[] mark = ("\n[… " + missing + " bytes of log left out …]\n").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(headEnd + mark.length + end.length - tailStart)
                .put(head, 0, headEnd)
                .put(mark)
                .put(end, tailStart, end.length - tailStart)
                .array();
    }

    private byte[] unrolledTail() {
        int oldest = (int) (tailWritten % tail.length);
        return ByteBuffer.allocate(tail.length)
                .put(tail, oldest, tail.length - oldest)
                .put(tail, 0, oldest)
                .array();
    }
}
