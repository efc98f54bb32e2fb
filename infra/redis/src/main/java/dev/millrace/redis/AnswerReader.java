package dev.millrace.redis;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads Redis's answers to a pipeline (RESP 2), of which only success and whole numbers matter here. Not thread-safe. */
final class AnswerReader {

    private static final int LONGEST_LINE = 4096;

    private final InputStream in;
    private final byte[] buffer = new byte[16 * 1024];
    private int next;
    private int end;

    AnswerReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next answer: a number as it is, nothing as 0, any other success as 1.
     *
     * @throws RefusedException Redis refused the command; the next answer can be read
     * @throws IOException the connection is of no use any more
     */
    long next() throws IOException, RefusedException {
        int kind = octet();
        return switch (kind) {
            case '+' -> {
                line();
                yield 1;
            }
            case ':' -> number();
            case '$' -> bulk();
            case '-' -> throw new RefusedException(line());
            default -> throw new IOException("Redis answers in a form that was not asked for: " + (char) kind);
        };
    }

    private long bulk() throws IOException {
        long length = number();
        if (length < 0) {
            return 0;
        }
        for (long i = 0; i < length + 2; i++) {
            octet();
        }
        return 1;
    }

    private long number() throws IOException {
        boolean negative = false;
        long number = 0;
        for (int octet = octet(); octet != '\r'; octet = octet()) {
            if (octet == '-') {
                negative = true;
            } else {
                number = number * 10 + (octet - '0');
            }
        }
        octet();
        return negative ? -number : number;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = octet(); octet != '\r'; octet = octet()) {
            if (line.length() < LONGEST_LINE) {
                line.append((char) octet);
            }
        }
        octet();
        return line.toString();
    }

    private int octet() throws IOException {
        if (next == end) {
            end = in.read(buffer, 0, buffer.length);
            next = 0;
            if (end <= 0) {
                end = 0;
                throw new EOFException("Redis closed the connection");
            }
        }
        return buffer[next++] & 0xFF;
    }

    /** An error answer; the connection itself is sound. */
    static final class RefusedException extends Exception {
        RefusedException(String text) {
            super(text);
        }
    }
}
