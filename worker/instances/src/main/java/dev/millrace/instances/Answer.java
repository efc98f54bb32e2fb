package dev.millrace.instances;

import java.nio.ByteBuffer;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a frame of an instance says, taken apart. Frames come from a process that runs foreign code: input, not truth. */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record Answer(FrameType type, long memoryBytes, byte[] body) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MEMORY_BYTES = Long.BYTES;

    static Answer of(Frame frame) throws BrokenFrameException {
        byte[] payload = frame.payload();
        if (payload.length < MEMORY_BYTES) {
            throw new BrokenFrameException("a " + frame.type() + " frame of only " + payload.length + " bytes");
        }
        long memory = ByteBuffer.wrap(payload).getLong();
        return new Answer(frame.type(), Math.max(0, memory), Arrays.copyOfRange(payload, MEMORY_BYTES, payload.length));
    }

    /** The text of a failure. */
    Failure failure() throws BrokenFrameException {
        try {
            JsonNode failure = JSON.readTree(body);
            return new Failure(
                    failure.path("message").asString(""),
                    failure.path("stackTrace").asString(""));
        } catch (JacksonException e) {
            throw new BrokenFrameException("a " + type + " frame that cannot be read: " + e.getOriginalMessage());
        }
    }

    record Failure(String message, String stackTrace) {}
}
