package dev.millrace.benchmarks.stage;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Events as a measurement sends them: JSON of a given size, half of it random, so that it compresses as real data do. */
public final class Events {

    private static final String DIGITS = "0123456789abcdef";

    private Events() {}

    /** An event with a number, of at least 32 bytes. */
    public static byte[] json(int number, int bytes, SplittableRandom random) {
        StringBuilder json = new StringBuilder(bytes);
        json.append("{\"number\":").append(number).append(",\"text\":\"");
        while (json.length() < bytes - 2) {
            json.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return json.append("\"}").toString().getBytes(StandardCharsets.US_ASCII);
    }
}
