package dev.millrace.kafka.registry;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.RequestIdCodec;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What holds for the installation as a whole.
 *
 * @param requestIdKey key of the check in request IDs
 * @param nextTrigger number of the next trigger
 * @param createdAt epoch milliseconds
 */
@SuppressWarnings("ArrayRecordComponent") // A key of fixed length; nobody compares installations.
public record Installation(byte[] requestIdKey, int nextTrigger, long createdAt) {

    public Installation {
        if (requestIdKey.length != RequestIdCodec.KEY_BYTES
                || nextTrigger < 1
                || nextTrigger > EventAddress.MAX_TRIGGER
                || createdAt < 0) {
            throw new IllegalArgumentException("not an installation: next trigger " + nextTrigger);
        }
    }

    /** Reads and issues the installation's request IDs. */
    public RequestIdCodec requestIds() {
        return new RequestIdCodec(requestIdKey);
    }

    /** What tells it from every other installation, and tells nothing of its key: 16 characters. */
    public String mark() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(requestIdKey);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Whether both speak of the same installation, at whatever time. */
    boolean isOf(Installation other) {
        return Arrays.equals(requestIdKey, other.requestIdKey) && createdAt == other.createdAt;
    }

    /** The number after this one has been given away. */
    Installation afterOneMoreTrigger() {
        return new Installation(requestIdKey, nextTrigger + 1, createdAt);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Installation[nextTrigger=" + nextTrigger + ", createdAt=" + createdAt + "]";
    }
}
