package dev.millrace.trigger.timer;

import dev.millrace.contract.MalformedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One record of the timers topic: the latest tick of a trigger that was dealt with. The topic is compacted by trigger.
 *
 * @param trigger the trigger's number
 * @param tick the tick
 */
record LastTick(int trigger, Instant tick) {

    private static final byte VERSION = 1;
    private static final int VALUE_BYTES = 1 + Long.BYTES;

    byte[] key() {
        return Integer.toString(trigger).getBytes(StandardCharsets.US_ASCII);
    }

    byte[] value() {
        return ByteBuffer.allocate(VALUE_BYTES)
                .put(VERSION)
                .putLong(tick.toEpochMilli())
                .array();
    }

    static LastTick read(byte[] key, byte[] value) throws MalformedException {
        if (value.length != VALUE_BYTES || value[0] != VERSION) {
            throw new MalformedException("not a tick of version " + VERSION);
        }
        try {
            int trigger = Integer.parseInt(new String(key, StandardCharsets.US_ASCII));
            return new LastTick(
                    trigger, Instant.ofEpochMilli(ByteBuffer.wrap(value).getLong(1)));
        } catch (NumberFormatException e) {
            throw new MalformedException("not the number of a trigger");
        }
    }
}
