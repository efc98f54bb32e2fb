package dev.millrace.dispatcher.dead;

import dev.millrace.contract.EventAddress;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the list of dead letters: by time of death, then by address.
 *
 * @param deadAt epoch milliseconds
 * @param address the invocation
 */
public record DeadLetterCursor(long deadAt, EventAddress address) implements Comparable<DeadLetterCursor> {

    private static final Comparator<DeadLetterCursor> ORDER =
            Comparator.comparingLong(DeadLetterCursor::deadAt).thenComparing(DeadLetterCursor::address);
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})-(\\d{1,9})-(\\d{1,5})-(\\d{1,15})");

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException when it is nothing of the kind
     */
    public static DeadLetterCursor parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a place in the list of dead letters: " + text);
        }
        return new DeadLetterCursor(
                Long.parseLong(parts.group(1)),
                new EventAddress(
                        Integer.parseInt(parts.group(2)),
                        Integer.parseInt(parts.group(3)),
                        Long.parseLong(parts.group(4))));
    }

    @Override
    public int compareTo(DeadLetterCursor other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return deadAt + "-" + address.trigger() + "-" + address.partition() + "-" + address.offset();
    }
}
