package dev.millrace.dispatcher.sync;

import dev.millrace.contract.Correlation;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A call whose end somebody waits for. Thread-safe; one thread waits. */
final class PendingCall {

    /** What may come for it. */
    sealed interface News {

        /** A reply, unread. */
        @SuppressWarnings("ArrayRecordComponent") // Handed through to one reader.
        record Reply(byte[] pack) implements News {}

        /** The worker that was to run it is gone. */
        record WorkerLost() implements News {}

        /** It was not sent, or nobody knows whether it was. */
        record Unsent(Throwable why) implements News {}

        /** This dispatcher stops. */
        record Stopping() implements News {}
    }

    /** What remains of a wait when its caller begins to watch the clock himself. */
    static final long LAST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Correlation correlation;
    private final long lease;
    private final long deadline;
    private final Queue<News> news = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Thread waiter;

    /** @param deadline when its caller waits no longer, {@code System.nanoTime} */
    PendingCall(Correlation correlation, long lease, long deadline) {
        this.correlation = correlation;
        this.lease = lease;
        this.deadline = deadline;
    }

    /** What its reply is known by. */
    Correlation correlation() {
        return correlation;
    }

    /** Which worker was asked. */
    long lease() {
        return lease;
    }

    void tell(News what) {
        news.add(what);
        LockSupport.unpark(waiter);
    }

    /** To be called more often than {@link #LAST_NANOS} apart: who waits long sleeps without an alarm of his own. */
    void remind(long now) {
        if (deadline - now < LAST_NANOS) {
            LockSupport.unpark(waiter);
        }
    }

    /** The next that comes for it; {@code null} when its time is over. */
    @Nullable
    News await() throws InterruptedException {
        waiter = Thread.currentThread();
        while (true) {
            News next = news.poll();
            if (next != null) {
                return next;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return null;
            }
            if (left < LAST_NANOS) {
                LockSupport.parkNanos(this, left);
            } else {
                LockSupport.park(this);
            }
        }
    }
}
