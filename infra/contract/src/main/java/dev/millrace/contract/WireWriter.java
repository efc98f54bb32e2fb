package dev.millrace.contract;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Appends numbers, texts and bytes to a growing array. Not thread-safe. */
final class WireWriter {

    private byte[] bytes;
    private int size;

    WireWriter(int expectedSize) {
        bytes = new byte[expectedSize];
    }

    void octet(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    /** Base-128, least significant group first; the value is not negative. */
    void number(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    void text(String value) {
        blob(value.getBytes(StandardCharsets.UTF_8));
    }

    void blob(byte[] value) {
        number(value.length);
        raw(value, 0, value.length);
    }

    void raw(byte[] value, int from, int length) {
        room(length);
        System.arraycopy(value, from, bytes, size, length);
        size += length;
    }

    void address(EventAddress address) {
        number(address.trigger());
        number(address.partition());
        number(address.offset());
    }

    void triggerRef(TriggerRef ref) {
        text(ref.function().namespace());
        text(ref.function().name());
        text(ref.name());
    }

    void error(AttemptError error) {
        number(error.code());
        text(error.type());
        text(error.text());
        text(error.stackTrace());
    }

    void attempt(Attempt attempt) {
        ColdStart coldStart = attempt.coldStart();
        AttemptError error = attempt.error();
        octet((coldStart == null ? 0 : 1) | (error == null ? 0 : 2));
        number(attempt.number());
        number(attempt.startedAt());
        number(attempt.durationMicros());
        text(attempt.worker());
        number(attempt.memoryBytes());
        number(attempt.nextTryAt());
        if (coldStart != null) {
            number(coldStart.totalMicros());
            number(coldStart.pullCodeMicros());
            number(coldStart.initRuntimeMicros());
            number(coldStart.initFunctionMicros());
        }
        if (error != null) {
            error(error);
        }
    }

    int size() {
        return size;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
