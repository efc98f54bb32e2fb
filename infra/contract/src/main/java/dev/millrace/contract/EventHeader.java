package dev.millrace.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Millrace knows of an event beside its bytes: the one binary header of a record in a trigger topic or a delay
 * topic. The event's bytes themselves travel untouched as the record's value.
 *
 * @param acceptedAt epoch milliseconds; set once, where the event was accepted
 * @param attempt the attempt that is next, counted from 1
 * @param crashes how often a worker died while running it
 * @param expiresAt epoch milliseconds after which it is not started, whatever the function's policy says; 0: that
 *     decides
 * @param notBefore epoch milliseconds before which it is not started; 0: at once
 * @param origin where the event was first stored when this record is a later copy of it; else {@code null}
 * @param dedupKey events of one trigger with the same key are executed once; else {@code null}
 * @param replayOf the invocation of which this is a replay; else {@code null}
 * @param hops how many functions have passed the event on to each other
 * @param history earlier attempts, oldest first
 */
public record EventHeader(
        long acceptedAt,
        int attempt,
        int crashes,
        long expiresAt,
        long notBefore,
        @Nullable EventAddress origin,
        @Nullable String dedupKey,
        @Nullable EventAddress replayOf,
        int hops,
        List<Attempt> history) {

    /** Name of the Kafka record header. */
    public static final String KEY = "m";

    /** The year 2200 in epoch milliseconds: no honest clock says more. */
    public static final long MAX_TIME = 7_258_118_400_000L;

    /** Retries are limited to 10; crashes and platform errors add attempts until the age is over. */
    public static final int MAX_ATTEMPT = 10_000;

    /** Longest dedup key in bytes of UTF-8. */
    public static final int MAX_DEDUP_KEY = 512;

    /** How many attempts the history keeps; beyond it the oldest but the first are dropped. */
    public static final int MAX_HISTORY = 16;

    public EventHeader {
        requireRange("acceptedAt", acceptedAt, 0, MAX_TIME);
        requireRange("attempt", attempt, 1, MAX_ATTEMPT);
        requireRange("crashes", crashes, 0, MAX_ATTEMPT);
        requireRange("expiresAt", expiresAt, 0, MAX_TIME);
        requireRange("notBefore", notBefore, 0, MAX_TIME);
        requireRange("hops", hops, 0, 16);
        requireRange("history", history.size(), 0, MAX_HISTORY);
        history = List.copyOf(history);
    }

    /** The header of an event accepted now, to be run at once. */
    public static EventHeader accepted(long acceptedAt) {
        return new EventHeader(acceptedAt, 1, 0, 0, 0, null, null, null, 0, List.of());
    }

    /** The same with a dedup key. */
    public EventHeader withDedupKey(@Nullable String key) {
        return new EventHeader(
                acceptedAt, attempt, crashes, expiresAt, notBefore, origin, key, replayOf, hops, history);
    }

    /** The same after so many crashes. */
    public EventHeader withCrashes(int count) {
        return new EventHeader(
                acceptedAt, attempt, count, expiresAt, notBefore, origin, dedupKey, replayOf, hops, history);
    }

    /** The same, due so many milliseconds sooner. */
    public EventHeader sooner(long millis) {
        return new EventHeader(
                acceptedAt,
                attempt,
                crashes,
                expiresAt,
                Math.max(0, notBefore - millis),
                origin,
                dedupKey,
                replayOf,
                hops,
                history);
    }

    /** The same, not to be started before a moment, and at most so long after it. */
    public EventHeader delayedUntil(Instant due, Duration maxAge) {
        return new EventHeader(
                acceptedAt,
                attempt,
                crashes,
                due.plus(maxAge).toEpochMilli(),
                due.toEpochMilli(),
                origin,
                dedupKey,
                replayOf,
                hops,
                history);
    }

    /**
     * The last moment at which an attempt may start: when the event expires, or when it is older than its function
     * allows.
     */
    public Instant deadline(Duration maxAge) {
        return Instant.ofEpochMilli(expiresAt != 0 ? expiresAt : acceptedAt + maxAge.toMillis());
    }

    private static void requireRange(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " is out of range: " + value);
        }
    }
}
