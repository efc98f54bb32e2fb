package dev.millrace.dispatcher.sync;

import dev.millrace.contract.Correlation;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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

    private final Correlation correlation;
    private final long lease;
    private final LinkedBlockingQueue<News> news = new LinkedBlockingQueue<>();

    PendingCall(Correlation correlation, long lease) {
        this.correlation = correlation;
        this.lease = lease;
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
    }

    /** The next that comes for it; {@code null} when nothing does in time. */
    @Nullable
    News await(long nanos) throws InterruptedException {
        return news.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }
}
