package dev.millrace.instances;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One message of the conversation between the worker and an instance: 4 bytes length, 1 byte type, payload. */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record Frame(FrameType type, byte[] payload) {
    static final int HEADER_BYTES = 5;

    /** The largest result. */
    static final int RESULT_LIMIT = 6 * 1024 * 1024;

    /** The largest payload: a result and room for its envelope. */
    static final int PAYLOAD_LIMIT = RESULT_LIMIT + 64 * 1024;

    byte[] encode() {
        return ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .putInt(payload.length)
                .put(type.code())
                .put(payload)
                .array();
    }

    /** The encoded frame that hands an event over; built in one piece, because the event is the bulk of it. */
    static byte[] encodeInvoke(String requestId, byte[] event) {
        byte[] id = requestId.getBytes(StandardCharsets.UTF_8);
        if (id.length > 0xFFFF) {
            throw new IllegalArgumentException("a request ID of " + id.length + " bytes");
        }
        int length = 2 + id.length + event.length;
        if (event.length > RESULT_LIMIT) {
            throw new IllegalArgumentException("an event of " + event.length + " bytes; at most " + RESULT_LIMIT);
        }
        return ByteBuffer.allocate(HEADER_BYTES + length)
                .putInt(length)
                .put(FrameType.INVOKE.code())
                .putShort((short) id.length)
                .put(id)
                .put(event)
                .array();
    }
}
