package dev.millrace.worker.execute;

import dev.millrace.contract.EventHeader;
import dev.millrace.worker.consume.Delivery;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One try at executing an invocation, from its start on. Whoever ends it first decides how it ended; a handler that
 * comes back after its time was over is too late. Thread-safe.
 */
final class OngoingAttempt {

    private static final int RUNNING = 0;
    private static final int ENDED = 1;
    private static final int TIMED_OUT = 2;
    private static final int INTERRUPTED = 3;

    private final Delivery delivery;
    private final HostedFunction function;
    private final FunctionVersion version;
    private final long startedAt;
    private final long startedNanos;
    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private final BooleanSupplier stands;
    private volatile boolean cancelled;
    private volatile boolean withdrawn;
    private volatile boolean heldBack;
    private @Nullable RunLog log;

    /** One that nothing can come between. */
    OngoingAttempt(Delivery delivery, HostedFunction function, long startedAt, long startedNanos) {
        this(delivery, function, startedAt, startedNanos, () -> true);
    }

    /** @param stands whether this worker may still begin it */
    OngoingAttempt(
            Delivery delivery, HostedFunction function, long startedAt, long startedNanos, BooleanSupplier stands) {
        this.stands = stands;
        this.delivery = delivery;
        this.function = function;
        this.version = function.current();
        this.startedAt = startedAt;
        this.startedNanos = startedNanos;
    }

    Delivery delivery() {
        return delivery;
    }

    EventHeader header() {
        return delivery.header();
    }

    /** Whether earlier attempts have failed. */
    boolean isRetry() {
        return header().attempt() > 1;
    }

    HostedFunction function() {
        return function;
    }

    /** The version it was begun with. */
    FunctionVersion version() {
        return version;
    }

    /** Epoch milliseconds. */
    long startedAt() {
        return startedAt;
    }

    long elapsedNanos() {
        return System.nanoTime() - startedNanos;
    }

    /** Adds a line to what its handler wrote; without effect once the log was taken. */
    void writeLog(String line) {
        writtenTo().append(line);
    }

    /** What its handler has written so far; nothing is added from now on. */
    byte[] takeLog() {
        RunLog written = written();
        return written == null ? RunLog.NOTHING : written.take();
    }

    /**
     * The last question of a runner, directly before the function gets the event: after a no it must not get it, and how the
     * run ends is of no interest.
     */
    boolean mayBegin() {
        withdrawn = !stands.getAsBoolean();
        return !withdrawn;
    }

    /** No instance may be started for it at present: the function never got it. */
    void heldBack() {
        heldBack = true;
    }

    boolean isHeldBack() {
        return heldBack;
    }

    /** Whether the function never got it because this worker may not run it any more. */
    boolean isWithdrawn() {
        return withdrawn;
    }

    /** Somebody wants it to end: however it ends, it is cancelled. */
    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Ends it by what came back; {@code false} when its time was over before. */
    boolean end() {
        return state.compareAndSet(RUNNING, ENDED);
    }

    /** Ends it because its time is over, and interrupts the thread that runs it; {@code false} when it had ended. */
    boolean timeOut(Thread runner) {
        if (!state.compareAndSet(RUNNING, TIMED_OUT)) {
            return false;
        }
        runner.interrupt();
        state.set(INTERRUPTED);
        return true;
    }

    /** Ends it because nobody wants its end any more; {@code false} when it had ended. */
    boolean abandon() {
        return state.compareAndSet(RUNNING, INTERRUPTED);
    }

    /**
     * Called by the runner once it is back too late: returns when the interrupt that was meant for this attempt has
     * come, and takes it away, so that it cannot hit what the thread does next.
     */
    void absorbInterrupt() {
        while (state.get() == TIMED_OUT) {
            Thread.onSpinWait();
        }
        // The handler may have taken it already: either way nothing is left of it.
        boolean ignored = Thread.interrupted();
    }

    private synchronized RunLog writtenTo() {
        RunLog present = log;
        if (present == null) {
            present = new RunLog();
            log = present;
        }
        return present;
    }

    private synchronized @Nullable RunLog written() {
        return log;
    }
}
