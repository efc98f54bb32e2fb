package dev.millrace.contract;

import java.nio.ByteBuffer;

/**
 * What the reply to a synchronous call is known by: the key of its record.
 *
 * @param dispatcher drawn at random by a dispatcher when it starts
 * @param number of the call, counted by that dispatcher
 */
public record Correlation(long dispatcher, long number) {

    /** Length of the wire form. */
    public static final int BYTES = 16;

    /** The wire form. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES).putLong(dispatcher).putLong(number).array();
    }

    /**
     * Reads the wire form.
     *
     * @throws MalformedException when it has another length
     */
    public static Correlation of(byte[] bytes) throws MalformedException {
        if (bytes.length != BYTES) {
            throw new MalformedException("a correlation has " + BYTES + " bytes, not " + bytes.length);
        }
        ByteBuffer words = ByteBuffer.wrap(bytes);
        return new Correlation(words.getLong(), words.getLong());
    }
}
