package dev.millrace.worker.execute;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Synchronous calls that wait for a slot. While there are any, slots that come free are not for events. Thread-safe. */
final class WaitingCalls {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Runnable noneLeft;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition freed = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();

    /** @param noneLeft told when the last one has stopped to wait */
    WaitingCalls(Runnable noneLeft) {
        this.noneLeft = noneLeft;
    }

    /** Whether any call waits. Cheap. */
    boolean any() {
        return waiting.get() > 0;
    }

    /** A slot came free, maybe. Cheap when nobody waits. */
    void slotFreed() {
        if (any()) {
            lock.lock();
            try {
                freed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Waits until it could take a slot.
     *
     * @param take tries
     * @return whether it took one
     */
    boolean await(BooleanSupplier take, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        waiting.getAndIncrement();
        lock.lock();
        try {
            boolean taken = take.getAsBoolean();
            long left = deadline - System.nanoTime();
            while (!taken && left > 0) {
                // Who frees two slots at once tells of one: whoever waits looks for himself now and then.
                long ignored = freed.awaitNanos(Math.min(left, LOOK_NANOS));
                taken = take.getAsBoolean();
                left = deadline - System.nanoTime();
            }
            return taken;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
            if (waiting.decrementAndGet() == 0) {
                noneLeft.run();
            }
        }
    }
}
