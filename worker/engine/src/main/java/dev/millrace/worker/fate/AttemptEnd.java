package dev.millrace.worker.fate;

import dev.millrace.contract.AttemptError;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Limits;
import java.time.Duration;
import java.time.Instant;

/**
 * How one try at executing an invocation ended, in families: it returned; the function failed; user code was never
 * entered; or somebody ended it. Immutable. SCF: the codes are its function status codes.
 */
public sealed interface AttemptEnd {

    /**
     * The function returned.
     *
     * @param result its value as JSON text, within the limit of results
     */
    @SuppressWarnings("ArrayRecordComponent") // Passed through by reference on the hot path.
    record Returned(byte[] result) implements AttemptEnd {}

    /**
     * Somebody ended it. SCF: TerminateAsyncEvent.
     *
     * @param begun whether user code was entered before
     */
    record Cancelled(boolean begun) implements AttemptEnd {

        /** The code of a run that was ended from outside. */
        public static final int CODE = 499;

        /** What is recorded. */
        public AttemptError error() {
            return new AttemptError(
                    CODE,
                    "Cancelled",
                    begun ? "the invocation was cancelled while it ran" : "the invocation was cancelled before it ran",
                    "");
        }
    }

    /** The function was entered, or its code was, and did not succeed. */
    sealed interface Failed extends AttemptEnd {

        /** The failure as it is recorded. */
        AttemptError error();

        /** Whether the function itself said that trying again cannot help. */
        default boolean terminal() {
            return false;
        }
    }

    /** User code was not entered. */
    sealed interface NotRun extends AttemptEnd {

        /** Why not, as it is recorded. */
        AttemptError error();
    }

    /**
     * The function threw.
     *
     * @param type class of the exception
     * @param text its text
     * @param stackTrace as the language prints it, without frames of the platform
     * @param terminal whether it was an exception that forbids a retry
     */
    record Raised(String type, String text, String stackTrace, boolean terminal) implements Failed {
        @Override
        public AttemptError error() {
            return new AttemptError(430, type, text, stackTrace);
        }
    }

    /** The run took longer than the function's time limit. */
    record TimedOut(Duration limit) implements Failed {
        @Override
        public AttemptError error() {
            return failure(433, "TimeLimitReached", "Invoking task timed out after " + seconds(limit));
        }
    }

    /** The run needed more memory than it has. */
    record OutOfMemory(int limitMb) implements Failed {
        @Override
        public AttemptError error() {
            return failure(434, "MemoryLimitReached", "Task memory exceeded " + limitMb + " MB");
        }
    }

    /**
     * The function's process ended without an answer.
     *
     * @param whileLoading whether that was before the function could be called
     */
    record Exited(String how, boolean whileLoading) implements Failed {
        @Override
        public AttemptError error() {
            return whileLoading ? failure(445, "ContainerInitError", how) : failure(439, "ProcessExited", how);
        }
    }

    /** The code was loaded and has no such handler. */
    record HandlerNotFound(String text) implements Failed {
        @Override
        public AttemptError error() {
            return failure(437, "HandlerNotFound", text);
        }
    }

    /** The function's code could not be loaded: a syntax error, a missing import, a module that raised. */
    record CodeNotLoadable(String text, String stackTrace) implements Failed {
        @Override
        public AttemptError error() {
            return new AttemptError(443, "UserCodeError", text, stackTrace);
        }
    }

    /** The instance was not ready within the function's limit for that. */
    record InitTimedOut(Duration limit) implements Failed {
        @Override
        public AttemptError error() {
            return failure(450, "InitContainerTimeout", "Initializing took longer than " + seconds(limit));
        }
    }

    /** What the function returned cannot be written as JSON. */
    record BadReturn(String text) implements Failed {
        @Override
        public AttemptError error() {
            return failure(430, "BadReturn", text);
        }
    }

    /** What the function returned is larger than a result may be. */
    record ResultTooLarge(String text) implements Failed {

        /** A result of this many bytes. */
        public static ResultTooLarge of(long bytes) {
            return new ResultTooLarge(
                    "body size is too long: the result has " + bytes + " bytes, it may have " + Limits.RESULT_BYTES);
        }

        @Override
        public AttemptError error() {
            return failure(407, "ResponseTooLarge", text);
        }
    }

    /** The platform could not start the run; nobody's fault but ours, so it is tried again. */
    record NotStarted(String reason) implements NotRun {
        @Override
        public AttemptError error() {
            return failure(500, "InternalError", reason);
        }
    }

    /** The event was older than it may be when its run should have started. */
    record TooOld(Duration age, Duration limit) implements NotRun {
        @Override
        public AttemptError error() {
            return failure(
                    500,
                    "EventExpired",
                    "the event was " + seconds(age) + " old when it could have started; it may be at most "
                            + seconds(limit));
        }
    }

    /**
     * The event can never be run: it cannot be read, or what should run it is gone.
     *
     * @param type a stable name, such as {@code EventUnreadable} or {@code FunctionNotFound}
     */
    record Unrunnable(int code, String type, String reason) implements NotRun {

        /** The event is not JSON, or its header is damaged. */
        public static Unrunnable unreadable(String reason) {
            return new Unrunnable(400, "EventUnreadable", reason);
        }

        /** The function or its version does not exist any more. */
        public static Unrunnable gone(String reason) {
            return new Unrunnable(435, "FunctionNotFound", reason);
        }

        /** No worker of this release can run such a function. */
        public static Unrunnable notBuilt(String reason) {
            return new Unrunnable(438, "RuntimeNotBuilt", reason);
        }

        @Override
        public AttemptError error() {
            return failure(code, type, reason);
        }
    }

    /** The event is not to be started before a moment that is still to come. */
    record NotDue(Instant due) implements NotRun {
        @Override
        public AttemptError error() {
            return failure(425, "NotDue", "the event is not to be started before " + due);
        }
    }

    /** The function fails so often that its retries are held back for a while; nothing was tried. */
    record HeldBack(Instant until) implements NotRun {
        @Override
        public AttemptError error() {
            return failure(
                    503,
                    AttemptError.HELD_BACK,
                    "most runs of the function fail; its retries are held back until " + until);
        }
    }

    /**
     * The event could be run and must not be, because something is wrong with it that running it makes worse.
     *
     * @param type a stable name, such as {@code TooManyHops}
     */
    record GivenUp(int code, String type, String reason) implements NotRun {

        /** Functions have passed it on to each other without end. */
        public static GivenUp tooManyHops(int hops) {
            return new GivenUp(
                    508,
                    "TooManyHops",
                    "functions have passed the event on to each other " + hops
                            + " times, which is the most: it is not run and passed on no further");
        }

        @Override
        public AttemptError error() {
            return failure(code, type, reason);
        }
    }

    /** So many workers died while they ran it that no other one is tried on it. */
    record WorkerCrashed(int times) implements NotRun {

        /** A worker that dies may have died of anything; after so many, of this event. */
        public static final int MOST = 3;

        @Override
        public AttemptError error() {
            return failure(
                    500, "WORKER_CRASHED", times + " workers died while they ran it; it is not run again, and kept");
        }
    }

    /**
     * A synchronous call was not begun, and will not be: its caller hears why.
     *
     * @param code SCF: function status code
     * @param type a stable name, such as {@code ResourceLimitReached}
     */
    record CallRefused(int code, String type, String reason) implements NotRun {

        /** The function may not run more often at once than it does. */
        public static CallRefused noPermit(String function) {
            return new CallRefused(
                    432,
                    "ResourceLimitReached",
                    "Function [ " + function + " ] concurrency exceeded its limit: nothing was run");
        }

        /** Another instance would be needed, and the fleet starts no more of them in this minute. */
        public static CallRefused noGrowth(String function) {
            return new CallRefused(
                    429,
                    "ResourceLimit",
                    "function " + function
                            + " needs another instance, and as many were started in this minute as may be:"
                            + " nothing was run");
        }

        /** Every slot of the worker was in use for longer than a caller is kept waiting for one. */
        public static CallRefused noSlot(String function) {
            return new CallRefused(
                    449, "InsufficientResources", "no slot became free for function " + function + ": nothing was run");
        }

        /** The worker that was to run it is gone, or was taken for dead. */
        public static CallRefused workerLost(String reason) {
            return new CallRefused(500, AttemptError.WORKER_LOST, reason);
        }

        @Override
        public AttemptError error() {
            return failure(code, type, reason);
        }
    }

    /** An event with the same dedup key was accepted before. */
    record Repeated(EventAddress first) implements NotRun {
        @Override
        public AttemptError error() {
            return failure(409, "DuplicateEvent", "an event with the same dedup key was accepted before, as " + first);
        }
    }

    private static AttemptError failure(int code, String type, String text) {
        return new AttemptError(code, type, text, "");
    }

    private static String seconds(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " seconds" : millis / 1000.0 + " seconds";
    }
}
