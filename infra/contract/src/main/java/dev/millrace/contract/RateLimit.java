package dev.millrace.contract;

/**
 * How many events may be accepted in a time: a bucket of {@code burst} tokens that fills at a steady rate, and every
 * event takes one.
 *
 * @param perSecond tokens a second
 * @param burst how many may come at once after a quiet while
 */
public record RateLimit(double perSecond, int burst) {

    /** The slowest: an event in a quarter of an hour or so. */
    public static final double LEAST_PER_SECOND = 0.001;

    /** The fastest. */
    public static final double MOST_PER_SECOND = 1_000_000;

    public RateLimit {
        if (!(perSecond >= LEAST_PER_SECOND && perSecond <= MOST_PER_SECOND) || burst < 1) {
            throw new IllegalArgumentException("no rate: " + perSecond + " a second, " + burst + " at once");
        }
    }

    /** A second's worth at once, unless it is said otherwise. */
    public static int defaultBurst(double perSecond) {
        return Math.max(1, (int) Math.ceil(perSecond));
    }
}
