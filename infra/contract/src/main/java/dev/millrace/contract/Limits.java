package dev.millrace.contract;

import java.time.Duration;

/** Sizes that every program agrees on. SCF: the quotas page. */
public final class Limits {

    /** Largest event of an asynchronous invocation, in bytes. */
    public static final int ASYNC_EVENT_BYTES = 128 * 1024;

    /** Largest event of a synchronous invocation, in bytes. */
    public static final int SYNC_EVENT_BYTES = 6 * 1024 * 1024;

    /** Largest return value, in bytes. */
    public static final int RESULT_BYTES = 6 * 1024 * 1024;

    /** What is kept of the log of one attempt, in bytes; beyond it head and tail. */
    public static final int LOG_BYTES = 1024 * 1024;

    /** Events waiting in one trigger's queue. */
    public static final int QUEUE_DEPTH = 100_000;

    /** Largest record on the outcome log and the sync topics, in bytes. */
    public static final int RECORD_BYTES = 8 * 1024 * 1024;

    /** Longest delay of an invocation. */
    public static final Duration DELAY = Duration.ofDays(7);

    /** Oldest that an event may be when an attempt starts, counted from when its first attempt was due. */
    public static final Duration EVENT_AGE = Duration.ofDays(7);

    private Limits() {}
}
