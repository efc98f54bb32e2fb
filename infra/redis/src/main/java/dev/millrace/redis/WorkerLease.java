package dev.millrace.redis;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A worker's own lease, refreshed by a thread of its own until it is closed. A lost Redis does not end it: it goes on
 * trying. Thread-safe.
 */
public final class WorkerLease implements AutoCloseable {

    private static final long NOT_HELD = Long.MIN_VALUE;

    private final WorkerLeases leases;
    private final Supplier<WorkerDetails> details;
    private final Runnable drain;
    private final LongSupplier nanoTime;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread refresher;

    private volatile long heldSince = NOT_HELD;
    private volatile long refreshedAt;

    /**
     * Starts to refresh.
     *
     * @param details asked before every refresh; quick
     * @param drain called once, on the lease's thread, when somebody asks the worker to drain; must return soon
     * @param nanoTime {@code System::nanoTime}
     */
    public WorkerLease(WorkerLeases leases, Supplier<WorkerDetails> details, Runnable drain, LongSupplier nanoTime) {
        this.leases = leases;
        this.details = details;
        this.drain = drain;
        this.nanoTime = nanoTime;
        this.refresher = Thread.ofPlatform().daemon().name("worker-lease").unstarted(this::refreshUntilClosed);
        this.refresher.start();
    }

    /**
     * Whether every refresh for at least this long has succeeded in time. Only a worker of which this is true for
     * {@link WorkerLeases#TTL} may take another one for dead: else Redis itself may have been away, or have forgotten,
     * and the leases of all with it.
     */
    public boolean hasHeldFor(Duration time) {
        long since = heldSince;
        long now = nanoTime.getAsLong();
        return since != NOT_HELD && now - refreshedAt < WorkerLeases.TTL.toNanos() && now - since >= time.toNanos();
    }

    /** Ends the lease in Redis too, when Redis answers. */
    @Override
    public void close() {
        closed.countDown();
        try {
            refresher.join(Redis.ANSWER_WITHIN);
            leases.release(details.get().worker());
        } catch (RedisUnavailableException e) {
            // Then the lease ends by itself within its time.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Likewise.
        }
    }

    private void refreshUntilClosed() {
        boolean asked = false;
        try {
            do {
                if (refresh() && !asked) {
                    asked = true;
                    drain.run();
                }
            } while (!closed.await(WorkerLeases.REFRESH.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean refresh() {
        long before = nanoTime.getAsLong();
        try {
            WorkerLeases.Refreshed refreshed = leases.refresh(details.get());
            if (heldSince == NOT_HELD || !refreshed.held() || before - refreshedAt >= WorkerLeases.TTL.toNanos()) {
                heldSince = before;
            }
            refreshedAt = before;
            return refreshed.drainRequested();
        } catch (RedisUnavailableException e) {
            heldSince = NOT_HELD; // The loss has been logged where it was noticed.
            return false;
        }
    }
}
