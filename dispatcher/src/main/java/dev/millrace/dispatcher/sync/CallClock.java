package dev.millrace.dispatcher.sync;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Wakes callers whose time is nearly over, so that not each of them needs a timer: setting one and taking it back costs more than
 * the rest of the wait, and nearly every call is answered long before. Thread-safe.
 */
final class CallClock implements AutoCloseable {

    private static final Duration TICK = Duration.ofNanos(PendingCall.LAST_NANOS / 4);

    private final PendingCalls pending;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("call-clock").unstarted(this::tick);

    CallClock(PendingCalls pending) {
        this.pending = pending;
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void tick() {
        try {
            while (!closed.await(TICK.toNanos(), TimeUnit.NANOSECONDS)) {
                pending.remind();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody does that.
        }
    }
}
