package dev.millrace.contract;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link WireWriter} wrote and trusts none of it: every length is checked against what is there before
 * anything is allocated. Not thread-safe.
 */
final class WireReader {

    private final byte[] bytes;
    private final int end;
    private int position;

    WireReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    WireReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.position = from;
        this.end = end;
    }

    int position() {
        return position;
    }

    int octet() throws MalformedException {
        if (position >= end) {
            throw new MalformedException("the bytes end too early");
        }
        return bytes[position++] & 0xFF;
    }

    long number() throws MalformedException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int group = octet();
            value |= (long) (group & 0x7F) << shift;
            if ((group & 0x80) == 0) {
                return value;
            }
        }
        throw new MalformedException("a number is too long");
    }

    /** A number that is at most {@code max}. */
    long number(String field, long max) throws MalformedException {
        long value = number();
        if (value > max) {
            throw new MalformedException(field + " is out of range: " + value);
        }
        return value;
    }

    int smallNumber(String field, int max) throws MalformedException {
        return (int) number(field, max);
    }

    String text(String field, int maxBytes) throws MalformedException {
        int length = smallNumber("length of " + field, maxBytes);
        require(length);
        try {
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, position, length));
            position += length;
            return decoded.toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException(field + " is not UTF-8");
        }
    }

    byte[] blob() throws MalformedException {
        int length = smallNumber("length of bytes", end - position);
        return slice(length);
    }

    /** Exactly so many bytes. */
    byte[] bytes(int length) throws MalformedException {
        return slice(length);
    }

    void skip(int length) throws MalformedException {
        require(length);
        position += length;
    }

    EventAddress address() throws MalformedException {
        long trigger = number();
        long partition = number();
        long offset = number();
        if (!EventAddress.isValid(trigger, partition, offset)) {
            throw new MalformedException("an address is out of range");
        }
        return new EventAddress((int) trigger, (int) partition, offset);
    }

    AttemptError error() throws MalformedException {
        return new AttemptError(
                smallNumber("error code", 9999),
                text("error type", MAX_TEXT),
                text("error text", MAX_TEXT),
                text("stack trace", MAX_TEXT));
    }

    Attempt attempt() throws MalformedException {
        int flags = octet();
        if ((flags & ~3) != 0) {
            throw new MalformedException("an attempt has unknown flags");
        }
        int number = smallNumber("attempt", EventHeader.MAX_ATTEMPT);
        if (number == 0) {
            throw new MalformedException("attempts are counted from 1");
        }
        long startedAt = number("startedAt", EventHeader.MAX_TIME);
        long durationMicros = number("duration", EventHeader.MAX_TIME);
        String worker = text("worker", 256);
        long memoryBytes = number("memory", Long.MAX_VALUE);
        long nextTryAt = number("nextTryAt", EventHeader.MAX_TIME);
        ColdStart coldStart = (flags & 1) == 0 ? null : new ColdStart(coldTime(), coldTime(), coldTime(), coldTime());
        AttemptError error = (flags & 2) == 0 ? null : error();
        return new Attempt(number, startedAt, durationMicros, coldStart, worker, memoryBytes, error, nextTryAt);
    }

    TriggerRef triggerRef() throws MalformedException {
        String namespace = text("namespace", 64);
        String function = text("function", 64);
        String name = text("trigger", 128);
        if (!FunctionRef.isNamespace(namespace) || !FunctionRef.isName(function) || !TriggerRef.isName(name)) {
            throw new MalformedException("a name is malformed");
        }
        return new TriggerRef(new FunctionRef(namespace, function), name);
    }

    void requireEnd() throws MalformedException {
        if (position != end) {
            throw new MalformedException((end - position) + " bytes follow where none should");
        }
    }

    static final int MAX_TEXT = 1 << 20;

    private long coldTime() throws MalformedException {
        return number("cold start", EventHeader.MAX_TIME);
    }

    private byte[] slice(int length) throws MalformedException {
        require(length);
        byte[] part = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return part;
    }

    private void require(int length) throws MalformedException {
        if (length < 0 || length > end - position) {
            throw new MalformedException("the bytes end too early");
        }
    }
}
