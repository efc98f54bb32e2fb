package dev.millrace.worker.execute;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The right to run a function on this worker now: a permit of the fleet, and for a function in child processes one of the
 * worker's slots as well, which all such functions share. Thread-safe.
 */
final class Permits {

    private final Allowance own;
    private final @Nullable Bulkhead slots;

    Permits(Allowance own, @Nullable Bulkhead slots) {
        this.own = own;
        this.slots = slots;
    }

    /** A bulkhead that says yes or no at once. */
    static Bulkhead bulkhead(String name, int limit) {
        return Bulkhead.of(
                name,
                BulkheadConfig.custom()
                        .maxConcurrentCalls(limit)
                        .maxWaitDuration(Duration.ZERO)
                        .build());
    }

    /** What the fleet leaves to this worker. */
    Allowance own() {
        return own;
    }

    /** How many more runs may begin. */
    int free() {
        int free = own.free();
        return slots == null ? free : Math.min(free, slots.getMetrics().getAvailableConcurrentCalls());
    }

    /** Takes one, or says that there is none. */
    boolean tryTake() {
        if (!own.tryTake()) {
            return false;
        }
        if (slots != null && !slots.tryAcquirePermission()) {
            own.release();
            return false;
        }
        return true;
    }

    /**
     * Takes one for a run that somebody waits for, or says that there is none: from what this worker has, else by asking the
     * fleet once, which takes one round trip. Never waits for a run to end. Not for the consumer thread.
     */
    boolean takeNow() {
        if (tryTake()) {
            return true;
        }
        if (hasOwn()) {
            return false; // It lacks a slot.
        }
        own.ask();
        return tryTake();
    }

    /** Whether the function itself may run once more, be there a slot for it or not. */
    boolean hasOwn() {
        return own.free() > 0;
    }

    /** Gives one back. */
    void release() {
        if (slots != null) {
            slots.releasePermission();
        }
        own.release();
    }

    /** Runs that hold a permit. */
    int taken() {
        return own.taken();
    }
}
