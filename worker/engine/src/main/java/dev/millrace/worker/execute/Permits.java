package dev.millrace.worker.execute;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The right to run a function on this worker now, so and so often. A function in child processes also needs one of the
 * worker's slots, which all such functions share. Thread-safe.
 */
final class Permits {

    private final Bulkhead own;
    private final @Nullable Bulkhead slots;
    private volatile int limit;
    /** A lowered limit is being collected: more runs go on than it allows. */
    private volatile boolean shrinking;

    Permits(String function, int limit, @Nullable Bulkhead slots) {
        this.own = bulkhead(function, limit);
        this.slots = slots;
        this.limit = limit;
    }

    /** A bulkhead that says yes or no at once. */
    static Bulkhead bulkhead(String name, int limit) {
        return Bulkhead.of(name, config(limit));
    }

    /** How many more runs may begin. */
    int free() {
        if (shrinking) {
            return 0;
        }
        int free = own.getMetrics().getAvailableConcurrentCalls();
        return slots == null ? free : Math.min(free, slots.getMetrics().getAvailableConcurrentCalls());
    }

    /** Takes one, or says that there is none. */
    boolean tryTake() {
        if (shrinking || !own.tryAcquirePermission()) {
            return false;
        }
        if (slots != null && !slots.tryAcquirePermission()) {
            own.releasePermission();
            return false;
        }
        return true;
    }

    /**
     * Takes one for a run that somebody waits for, or says that there is none: from what this worker has, else by asking the
     * fleet once, which takes one round trip. Never waits for a run to end. Not for the consumer thread.
     */
    boolean takeNow() {
        return tryTake();
    }

    /** Whether the function itself may run once more, be there a slot for it or not. */
    boolean hasOwn() {
        return !shrinking && own.getMetrics().getAvailableConcurrentCalls() > 0;
    }

    /** Gives one back. */
    void release() {
        if (slots != null) {
            slots.releasePermission();
        }
        own.releasePermission();
    }

    /** Runs that hold a permit. */
    int taken() {
        return Math.max(
                0,
                own.getBulkheadConfig().getMaxConcurrentCalls()
                        - own.getMetrics().getAvailableConcurrentCalls());
    }

    /**
     * Changes the limit. A lower one is in force at once for what begins; it is collected as runs end, which the
     * bulkhead does by waiting, so another thread waits for it.
     */
    synchronized void resize(int newLimit) {
        if (newLimit == limit) {
            return;
        }
        if (newLimit < limit) {
            shrinking = true;
        }
        limit = newLimit;
        Thread.startVirtualThread(this::applyLimit);
    }

    private void applyLimit() {
        int applied;
        do {
            applied = limit;
            own.changeConfig(config(applied));
        } while (!settled(applied));
    }

    private synchronized boolean settled(int applied) {
        if (applied != limit) {
            return false;
        }
        shrinking = false;
        return true;
    }

    private static BulkheadConfig config(int limit) {
        return BulkheadConfig.custom()
                .maxConcurrentCalls(limit)
                .maxWaitDuration(Duration.ZERO)
                .build();
    }
}
