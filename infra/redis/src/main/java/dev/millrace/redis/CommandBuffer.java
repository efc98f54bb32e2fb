package dev.millrace.redis;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Commands in the form in which they go to Redis (RESP: an array of bulk strings each), in one array that is used again.
 * Not thread-safe.
 */
final class CommandBuffer {

    private static final int NEW_LINE = 2;

    private byte[] bytes;
    private int size;

    CommandBuffer(int room) {
        bytes = new byte[room];
    }

    /** Begins a command; so many arguments follow, its name the first of them. */
    void command(int arguments) {
        count('*', arguments);
    }

    void argument(byte[] argument) {
        argument(argument, argument.length);
    }

    void argument(byte[] argument, int length) {
        argument(argument, 0, length);
    }

    void argument(byte[] argument, int from, int length) {
        count('$', length);
        room(length + NEW_LINE);
        System.arraycopy(argument, from, bytes, size, length);
        size += length;
        newLine();
    }

    void argument(String argument) {
        argument(argument.getBytes(StandardCharsets.UTF_8));
    }

    void argument(long number) {
        byte[] digits = new byte[Decimal.MAX_DIGITS];
        argument(digits, Decimal.write(number, digits, 0));
    }

    int size() {
        return size;
    }

    /** Hands over what is in it and is empty again. An array that grew for one large result is given back. */
    void sendTo(OutputStream out, int keepRoom) throws IOException {
        out.write(bytes, 0, size);
        size = 0;
        if (bytes.length > keepRoom) {
            bytes = new byte[keepRoom];
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void count(char kind, int count) {
        room(1 + Decimal.MAX_DIGITS + NEW_LINE);
        bytes[size++] = (byte) kind;
        size = Decimal.write(count, bytes, size);
        newLine();
    }

    private void newLine() {
        bytes[size++] = '\r';
        bytes[size++] = '\n';
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
