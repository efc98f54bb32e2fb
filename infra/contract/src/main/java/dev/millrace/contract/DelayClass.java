package dev.millrace.contract;

import java.time.Duration;

/**
 * How long an event rests in a delay topic before anybody looks at it; the rest of its delay is waited for in memory.
 * All triggers share one topic per class. Listed by length; the names are part of topic names and never change.
 */
public enum DelayClass {
    /** For everything shorter than the next class too: its reader does not wait. */
    SECOND(Duration.ofSeconds(1)),
    FIVE_SECONDS(Duration.ofSeconds(5)),
    FIFTEEN_SECONDS(Duration.ofSeconds(15)),
    MINUTE(Duration.ofMinutes(1)),
    FIVE_MINUTES(Duration.ofMinutes(5)),
    FIFTEEN_MINUTES(Duration.ofMinutes(15)),
    HOUR(Duration.ofHours(1)),
    SIX_HOURS(Duration.ofHours(6));

    /**
     * A delay that is shorter than a class by no more than this still belongs to it: from the decision to the writing of
     * a record some time passes, and a minute should rest in the topic of minutes. Readers begin to look that much
     * earlier.
     */
    public static final Duration TOLERANCE = Duration.ofMillis(250);

    private static final DelayClass[] BY_LENGTH = values();

    private final Duration length;

    DelayClass(Duration length) {
        this.length = length;
    }

    /** How long its records rest at least. */
    public Duration length() {
        return length;
    }

    /** How long its reader may leave it alone after a record was written; nothing for the shortest class. */
    public Duration rest() {
        return this == SECOND ? Duration.ZERO : length.minus(TOLERANCE);
    }

    /** The longest class that is not longer than what remains of a delay, but for the tolerance. */
    public static DelayClass of(Duration remaining) {
        Duration lenient = remaining.plus(TOLERANCE);
        DelayClass longest = SECOND;
        for (DelayClass one : BY_LENGTH) {
            if (one.length.compareTo(lenient) <= 0) {
                longest = one;
            }
        }
        return longest;
    }

    /** In topic names, such as {@code 15m}. */
    public String text() {
        return DurationText.of(length);
    }
}
