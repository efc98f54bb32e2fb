package dev.millrace.contract;

import java.time.Duration;

/**
 * What an event's header may say, seen from the moment its record was written. A header comes from a topic: it is input,
 * not truth, and a forged time must not make anybody wait for the year 9999. Pure.
 */
public final class HeaderRanges {

    /** How far clocks of honest machines may differ. */
    static final Duration CLOCKS = Duration.ofHours(1);

    private static final long ACCEPTED_AHEAD = Duration.ofDays(1).toMillis();
    private static final long LONGEST_WAIT = Limits.DELAY.plus(CLOCKS).toMillis();
    private static final long LONGEST_LIFE =
            Limits.DELAY.plus(Limits.EVENT_AGE).plus(CLOCKS).toMillis();

    private HeaderRanges() {}

    /**
     * Checks that an honest writer could have written it.
     *
     * @param storedAt when the record was written, epoch milliseconds; negative when that is not known
     * @throws MalformedException naming the first value that is out of range
     */
    public static void check(EventHeader header, long storedAt) throws MalformedException {
        long acceptedAt = header.acceptedAt();
        if (storedAt >= 0 && acceptedAt > storedAt + ACCEPTED_AHEAD) {
            throw outOfRange("acceptedAt", acceptedAt, "it was stored more than a day before");
        }
        if (header.expiresAt() > acceptedAt + LONGEST_LIFE) {
            throw outOfRange("expiresAt", header.expiresAt(), "no event is kept that long after it was accepted");
        }
        if (header.notBefore() > acceptedAt + (header.origin() == null ? LONGEST_WAIT : LONGEST_LIFE)
                || isTooFar(header, storedAt)) {
            throw outOfRange("notBefore", header.notBefore(), "no event waits that long");
        }
        if (header.origin() == null && header.attempt() > 1) {
            throw new MalformedException(
                    "it says it is attempt " + header.attempt() + " and does not say of which event");
        }
    }

    /** Whether a record written at that time says it is to wait for longer than any delay can be. */
    public static boolean isTooFar(EventHeader header, long storedAt) {
        return storedAt >= 0 && header.notBefore() > storedAt + LONGEST_WAIT;
    }

    private static MalformedException outOfRange(String field, long value, String why) {
        return new MalformedException(field + " is out of range: " + value + ", " + why);
    }
}
