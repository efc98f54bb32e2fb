package dev.millrace.redis;

/** Numbers as ASCII digits, without an object each. Pure. */
final class Decimal {

    /** Longest number of digits. */
    static final int MAX_DIGITS = 19;

    private Decimal() {}

    /** Writes a number that is not negative; answers where it ends. */
    static int write(long number, byte[] into, int at) {
        int end = at + digits(number);
        long rest = number;
        for (int i = end - 1; i >= at; i--) {
            into[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return end;
    }

    private static int digits(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }
}
