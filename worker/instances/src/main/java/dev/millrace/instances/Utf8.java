package dev.millrace.instances;

/** Where a byte sequence may be cut without cutting a UTF-8 character; bytes that are no UTF-8 may be cut anywhere. */
final class Utf8 {
    private static final int LONGEST = 4;

    private Utf8() {}

    /** The largest cut at or before {@code length} that does not leave an incomplete character at the end. */
    static int lastBoundary(byte[] bytes, int length) {
        for (int back = 1; back <= Math.min(LONGEST - 1, length); back++) {
            int lead = bytes[length - back];
            if (!isContinuation(lead)) {
                return characterLength(lead) > back ? length - back : length;
            }
        }
        return length;
    }

    /** The smallest position that is not in the middle of a character. */
    static int firstBoundary(byte[] bytes) {
        int at = 0;
        while (at < Math.min(LONGEST - 1, bytes.length) && isContinuation(bytes[at])) {
            at++;
        }
        return at;
    }

    private static boolean isContinuation(int unit) {
        return (unit & 0xC0) == 0x80;
    }

    private static int characterLength(int lead) {
        if ((lead & 0xE0) == 0xC0) {
            return 2;
        }
        if ((lead & 0xF0) == 0xE0) {
            return 3;
        }
        return (lead & 0xF8) == 0xF0 ? 4 : 1;
    }
}
