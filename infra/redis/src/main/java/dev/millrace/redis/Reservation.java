package dev.millrace.redis;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the first request with an idempotency key.
 *
 * @param fingerprint of what was sent with the key, 1 to 64 letters and digits
 * @param partition partition of the trigger's topic into which its event goes
 * @param reservedAt epoch milliseconds by the clock that also stamps the event
 * @param holder who reserved it, in letters and digits; no two reservations have the same
 * @param offset where the event lies, {@code null} while nobody has said so
 */
public record Reservation(
        String fingerprint,
        int partition,
        long reservedAt,
        String holder,
        @Nullable Long offset) {

    private static final String WORD = "[0-9a-zA-Z]{1,64}";
    private static final Pattern TEXT =
            Pattern.compile("(" + WORD + ") ([0-9]{1,5}) ([0-9]{1,15}) (" + WORD + ") ([0-9]{1,15}|-)");

    public Reservation {
        if (!fingerprint.matches(WORD) || !holder.matches(WORD) || partition < 0 || reservedAt < 0) {
            throw new IllegalArgumentException("no reservation: " + fingerprint + ", partition " + partition + ", at "
                    + reservedAt + ", by " + holder);
        }
    }

    /** The same, whose event lies there. */
    public Reservation settledAt(long where) {
        return new Reservation(fingerprint, partition, reservedAt, holder, where);
    }

    byte[] bytes() {
        String where = offset == null ? "-" : offset.toString();
        String text = fingerprint + " " + partition + " " + reservedAt + " " + holder + " " + where;
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static Reservation parse(byte[] bytes) {
        Matcher text = TEXT.matcher(new String(bytes, StandardCharsets.US_ASCII));
        if (!text.matches()) {
            throw new IllegalStateException("Redis holds a reservation that no Millrace of this version wrote");
        }
        return new Reservation(
                text.group(1),
                Integer.parseInt(text.group(2)),
                Long.parseLong(text.group(3)),
                text.group(4),
                text.group(5).equals("-") ? null : Long.valueOf(text.group(5)));
    }
}
