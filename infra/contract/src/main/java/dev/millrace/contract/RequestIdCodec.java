package dev.millrace.contract;

import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Turns addresses into request IDs and back, with the key of one installation.
 *
 * <p>Layout of the 122 free bits of a UUIDv8, from the left: trigger 28, partition 14, offset 48, check 32. The check is
 * the head of HMAC-SHA256 over the address, so that an ID mistyped in one digit is refused without a look-up, and an
 * ID of a neighbour cannot be guessed from one's own. Thread-safe.
 */
public final class RequestIdCodec {

    /** Length of the key in bytes. */
    public static final int KEY_BYTES = 16;

    private static final String ALGORITHM = "HmacSHA256";
    private static final long VERSION_8 = 0x8000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private final Mac prototype;

    /** @param key the installation's key, {@link #KEY_BYTES} bytes, kept in the registry */
    public RequestIdCodec(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("the key of request IDs has " + KEY_BYTES + " bytes, not " + key.length);
        }
        try {
            prototype = Mac.getInstance(ALGORITHM);
            prototype.init(new SecretKeySpec(key, ALGORITHM));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** The request ID of the event at this address. */
    public RequestId encode(EventAddress address) {
        return new RequestId(address, uuid(address));
    }

    /**
     * Reads a request ID, in either case of letters.
     *
     * @throws InvalidRequestIdException when the text is not a request ID that this installation issued
     */
    public RequestId decode(String text) throws InvalidRequestIdException {
        if (!UUID_TEXT.matcher(text).matches()) {
            throw new InvalidRequestIdException("a request ID has the form of a UUID, 36 characters");
        }
        UUID uuid = UUID.fromString(text);
        long high = uuid.getMostSignificantBits();
        long low = uuid.getLeastSignificantBits();
        if ((high & 0xF000L) != VERSION_8 || uuid.variant() != 2) {
            throw new InvalidRequestIdException("not a request ID of Millrace (those are UUIDs of version 8)");
        }
        long trigger = high >>> 36;
        long partition = (high >>> 22) & 0x3FFF;
        long offset = (((high >>> 16) & 0x3F) << 42) | ((high & 0xFFF) << 30) | ((low >>> 32) & 0x3FFF_FFFFL);
        if (!EventAddress.isValid(trigger, partition, offset)) {
            throw new InvalidRequestIdException("the request ID is mistyped or of another installation");
        }
        EventAddress address = new EventAddress((int) trigger, (int) partition, offset);
        if (!uuid(address).equals(uuid)) {
            throw new InvalidRequestIdException("the request ID is mistyped or of another installation");
        }
        return new RequestId(address, uuid);
    }

    private UUID uuid(EventAddress address) {
        long offset = address.offset();
        long high = ((long) address.trigger() << 36)
                | ((long) address.partition() << 22)
                | ((offset >>> 42) << 16)
                | VERSION_8
                | ((offset >>> 30) & 0xFFF);
        long low = VARIANT | ((offset & 0x3FFF_FFFFL) << 32) | check(address);
        return new UUID(high, low);
    }

    private long check(EventAddress address) {
        byte[] words = ByteBuffer.allocate(16)
                .putInt(address.trigger())
                .putInt(address.partition())
                .putLong(address.offset())
                .array();
        return ByteBuffer.wrap(mac().doFinal(words)).getInt() & 0xFFFF_FFFFL;
    }

    private Mac mac() {
        try {
            return (Mac) prototype.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(ALGORITHM + " of the Java platform can be cloned", e);
        }
    }
}
