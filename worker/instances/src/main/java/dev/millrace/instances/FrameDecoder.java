package dev.millrace.instances;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts frames together from bytes as they arrive, in pieces of any size. What comes in is not trusted: a wild length or
 * an unknown type is refused before anything is reserved for it, and memory grows only with what has really arrived.
 * Not thread-safe.
 */
final class FrameDecoder {
    private static final int FIRST_RESERVE = 8 * 1024;

    private final byte[] header = new byte[Frame.HEADER_BYTES];
    private int headerFilled;
    private @Nullable FrameType type;
    private byte[] payload = new byte[0];
    private int payloadFilled;
    private int payloadLength;

    /**
     * Takes bytes from the buffer until one frame is complete or the buffer is empty. After an exception the stream has
     * no meaning any more and the decoder must not be used again.
     *
     * @return the next frame, or null when more bytes are needed
     */
    @Nullable
    Frame decode(ByteBuffer bytes) throws BrokenFrameException {
        if (type == null && !readHeader(bytes)) {
            return null;
        }
        int wanted = Math.min(bytes.remaining(), payloadLength - payloadFilled);
        reserve(payloadFilled + wanted);
        bytes.get(payload, payloadFilled, wanted);
        payloadFilled += wanted;
        return payloadFilled < payloadLength ? null : take();
    }

    private boolean readHeader(ByteBuffer bytes) throws BrokenFrameException {
        int wanted = Math.min(bytes.remaining(), header.length - headerFilled);
        bytes.get(header, headerFilled, wanted);
        headerFilled += wanted;
        if (headerFilled < header.length) {
            return false;
        }
        int length = ByteBuffer.wrap(header).getInt();
        if (length < 0 || length > Frame.PAYLOAD_LIMIT) {
            throw new BrokenFrameException("a frame of " + Integer.toUnsignedString(length) + " bytes, at most "
                    + Frame.PAYLOAD_LIMIT + " are allowed");
        }
        FrameType announced = FrameType.ofCode(header[4]);
        if (announced == null) {
            throw new BrokenFrameException("a frame of the unknown type " + Byte.toUnsignedInt(header[4]));
        }
        type = announced;
        payloadLength = length;
        payloadFilled = 0;
        payload = new byte[Math.min(length, FIRST_RESERVE)];
        return true;
    }

    private void reserve(int size) {
        if (size > payload.length) {
            payload = Arrays.copyOf(payload, Math.min(payloadLength, Math.max(size, payload.length * 2)));
        }
    }

    private Frame take() {
        FrameType complete = type;
        if (complete == null) {
            throw new IllegalStateException("no frame was begun");
        }
        Frame frame = new Frame(complete, payload);
        type = null;
        headerFilled = 0;
        payload = new byte[0];
        return frame;
    }
}
