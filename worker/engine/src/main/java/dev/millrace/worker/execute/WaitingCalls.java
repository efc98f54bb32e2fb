package dev.millrace.worker.execute;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Synchronous calls that wait for a slot, in the order in which they came. While there are any, slots that come free are not for
 * events. A slot wakes one of them, not all. Thread-safe.
 */
final class WaitingCalls {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** So many look for themselves within that time, however many wait. */
    private static final int LOOKERS = 16;

    /** How many are asked in vain for one slot: its function's limit may be reached, or somebody was faster. */
    private static final int ASKED_IN_VAIN = 8;

    private final Runnable noneLeft;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition freed = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();
    /** Under the lock. */
    private int toAsk;

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
                toAsk = ASKED_IN_VAIN;
                freed.signal();
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
                long look = LOOK_NANOS * (1 + waiting.get() / LOOKERS);
                long ignored = freed.awaitNanos(Math.min(left, look));
                taken = take.getAsBoolean();
                askAnother(taken);
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

    /** There may be a slot for another one: a second one, or that which was not for the one who was asked. */
    private void askAnother(boolean taken) {
        if (taken) {
            freed.signal();
        } else if (toAsk > 0) {
            toAsk--;
            freed.signal();
        }
    }
}
