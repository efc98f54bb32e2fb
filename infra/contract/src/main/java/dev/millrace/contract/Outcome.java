package dev.millrace.contract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt (status {@link Status#RETRYING}) or a whole invocation (a terminal status) ended: one entry of the
 * outcome log. A terminal outcome is complete by itself: it carries every attempt. One that is RETRYING without an attempt
 * says that the invocation waits for its time.
 *
 * @param address the invocation
 * @param status {@link Status#RETRYING} or a terminal status
 * @param version version of the function that ran, such as {@code $LATEST}
 * @param acceptedAt epoch milliseconds
 * @param endedAt epoch milliseconds
 * @param ttlSeconds how long the result is kept after {@code endedAt}
 * @param attempts every attempt so far, oldest first; empty when it was never started
 * @param result the function's return value as JSON text; no bytes unless it succeeded
 * @param error why it did not succeed, {@code null} when it did
 * @param log what the function wrote during the last attempt, UTF-8; without the platform's own lines
 * @param replayOf the invocation of which this is a replay; else {@code null}
 * @param notBefore epoch milliseconds: while it is RETRYING, before which it is not tried next; afterwards, before which
 *     its last attempt was not to begin; 0 when it never waited for a time
 */
@SuppressWarnings("ArrayRecordComponent") // Results and logs are passed through by reference on the hot path.
public record Outcome(
        EventAddress address,
        Status status,
        String version,
        long acceptedAt,
        long endedAt,
        int ttlSeconds,
        List<Attempt> attempts,
        byte[] result,
        @Nullable AttemptError error,
        byte[] log,
        @Nullable EventAddress replayOf,
        long notBefore) {

    /** Longest name of a version, in characters. */
    static final int MAX_VERSION = 64;

    public Outcome {
        if (status == Status.QUEUED || status == Status.RUNNING) {
            throw new IllegalArgumentException(status + " is no outcome");
        }
        if (acceptedAt < 0 || endedAt < 0 || ttlSeconds < 0 || notBefore < 0) {
            throw new IllegalArgumentException("outcome of " + address + " has a time out of range");
        }
        if (version.length() > MAX_VERSION || attempts.size() > EventHeader.MAX_HISTORY + 1) {
            throw new IllegalArgumentException(
                    "outcome of " + address + " has a version or a history that is too long");
        }
        attempts = List.copyOf(attempts);
    }

    /** A terminal outcome of an invocation that never waited for a time. */
    public Outcome(
            EventAddress address,
            Status status,
            String version,
            long acceptedAt,
            long endedAt,
            int ttlSeconds,
            List<Attempt> attempts,
            byte[] result,
            @Nullable AttemptError error,
            byte[] log,
            @Nullable EventAddress replayOf) {
        this(address, status, version, acceptedAt, endedAt, ttlSeconds, attempts, result, error, log, replayOf, 0);
    }

    /** Epoch milliseconds after which the result is no longer kept. */
    public long expiresAt() {
        return endedAt + ttlSeconds * 1000L;
    }

    /** The same with another log: what is left of it. */
    public Outcome withLog(byte[] otherLog) {
        return new Outcome(
                address,
                status,
                version,
                acceptedAt,
                endedAt,
                ttlSeconds,
                attempts,
                result,
                error,
                otherLog,
                replayOf,
                notBefore);
    }

    /** The same without its result and its log: what a list of invocations shows. */
    public Outcome withoutResult() {
        byte[] nothing = new byte[0];
        return new Outcome(
                address,
                status,
                version,
                acceptedAt,
                endedAt,
                ttlSeconds,
                attempts,
                nothing,
                error,
                nothing,
                replayOf,
                notBefore);
    }
}
