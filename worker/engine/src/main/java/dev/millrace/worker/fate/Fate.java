package dev.millrace.worker.fate;

import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import java.time.Instant;

/**
 * What becomes of an invocation after an attempt. {@link #of} is the only place where that is decided.
 *
 * <pre>
 * returned ────────────────────────────────► Succeed
 * failed ─── the function forbids a retry ─► Fail
 *    ├────── no retries left ──────────────► Fail
 *    ├────── too old by then ──────────────► Expire
 *    └─────────────────────────────────────► TryAgain
 * not started (platform) ── too old ───────► Expire
 *    └─────────────────────────────────────► TryAgain
 * not due, or held back ───────────────────► Postpone
 * too old ─────────────────────────────────► Expire
 * unrunnable ──────────────────────────────► Bury
 * given up ────────────────────────────────► Fail
 * its worker crashed too often ────────────► Fail
 * repeated ────────────────────────────────► Fold
 * cancelled ───────────────────────────────► Cancel
 * </pre>
 */
public sealed interface Fate {

    /** The result is the invocation's. */
    @SuppressWarnings("ArrayRecordComponent") // Passed through by reference on the hot path.
    record Succeed(byte[] result) implements Fate {}

    /** Another attempt follows, not before {@code at}. */
    record TryAgain(Instant at, AttemptError reason) implements Fate {}

    /** It waits until {@code at}; no attempt was made. */
    record Postpone(Instant at, AttemptError reason) implements Fate {}

    /** The function was tried and did not succeed. */
    record Fail(AttemptError reason) implements Fate {}

    /** It became too old before it could succeed. */
    record Expire(AttemptError reason) implements Fate {}

    /** It can never be run; its bytes are kept. */
    record Bury(AttemptError reason) implements Fate {}

    /** It is the same as an earlier one, which alone is executed. */
    record Fold(EventAddress first, AttemptError reason) implements Fate {}

    /** Somebody ended it; nothing follows. */
    record Cancel(AttemptError reason) implements Fate {}

    /**
     * Decides. Pure but for the schedule's random waits.
     *
     * @param header the event's header as it was when the attempt began: its history does not hold that attempt
     * @param end how the attempt ended
     * @param schedule of the function
     * @param now the moment it ended
     */
    static Fate of(EventHeader header, AttemptEnd end, RetrySchedule schedule, Instant now) {
        return switch (end) {
            case AttemptEnd.Returned returned -> new Succeed(returned.result());
            case AttemptEnd.Failed failed -> afterFailure(header, failed, schedule, now);
            case AttemptEnd.NotStarted notStarted -> afterPlatformError(header, notStarted.error(), schedule, now);
            case AttemptEnd.NotDue notDue -> new Postpone(notDue.due(), notDue.error());
            case AttemptEnd.HeldBack heldBack ->
                new Postpone(earlier(heldBack.until(), header.deadline(schedule.maxAge())), heldBack.error());
            case AttemptEnd.TooOld tooOld -> new Expire(tooOld.error());
            case AttemptEnd.Unrunnable unrunnable -> new Bury(unrunnable.error());
            case AttemptEnd.GivenUp givenUp -> new Fail(givenUp.error());
            case AttemptEnd.WorkerCrashed crashed -> new Fail(crashed.error());
            case AttemptEnd.CallRefused refused -> new Fail(refused.error());
            case AttemptEnd.Repeated repeated -> new Fold(repeated.first(), repeated.error());
            case AttemptEnd.Cancelled cancelled -> new Cancel(cancelled.error());
        };
    }

    /** Decides for a synchronous call, whose caller is told at once however it ended: it has one attempt. Pure. */
    static Fate ofCall(AttemptEnd end) {
        return switch (end) {
            case AttemptEnd.Returned returned -> new Succeed(returned.result());
            case AttemptEnd.Failed failed -> new Fail(failed.error());
            case AttemptEnd.Cancelled cancelled -> new Cancel(cancelled.error());
            case AttemptEnd.TooOld tooOld -> new Expire(tooOld.error());
            case AttemptEnd.NotRun notRun -> new Fail(notRun.error());
        };
    }

    private static Fate afterFailure(
            EventHeader header, AttemptEnd.Failed failed, RetrySchedule schedule, Instant now) {
        int failures = History.failures(header.history()) + 1;
        if (failed.terminal() || failures > schedule.retries() || header.attempt() >= EventHeader.MAX_ATTEMPT) {
            return new Fail(failed.error());
        }
        Instant at = now.plus(schedule.afterFailure(failures));
        return at.isAfter(header.deadline(schedule.maxAge()))
                ? new Expire(failed.error())
                : new TryAgain(at, failed.error());
    }

    private static Fate afterPlatformError(
            EventHeader header, AttemptError error, RetrySchedule schedule, Instant now) {
        Instant deadline = header.deadline(schedule.maxAge());
        if (!now.isBefore(deadline) || header.attempt() >= EventHeader.MAX_ATTEMPT) {
            return new Expire(error);
        }
        Instant at = now.plus(schedule.afterPlatformError(header.attempt()));
        return new TryAgain(earlier(at, deadline), error);
    }

    /** What would come after the deadline comes at it, so that it expires when its time is over. */
    private static Instant earlier(Instant at, Instant deadline) {
        return at.isAfter(deadline) ? deadline : at;
    }
}
