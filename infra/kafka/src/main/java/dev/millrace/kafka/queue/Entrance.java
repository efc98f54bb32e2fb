package dev.millrace.kafka.queue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Where events come into one queue: the process's share of it, and the callers who wait for the next reading. */
final class Entrance implements QueueLimits.Entry {

    private final Share share = new Share();
    private final AtomicBoolean wanted = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition read = lock.newCondition();

    /** Guarded by the lock. */
    private long readings;

    private int waiting;

    Share share() {
        return share;
    }

    @Override
    public void settle() {
        share.settle();
    }

    /** Somebody wants a reading; whether nobody did before. */
    boolean want() {
        return wanted.compareAndSet(false, true);
    }

    /** A reading begins: what is wanted from now on is another one. */
    void reading() {
        wanted.set(false);
    }

    /** A reading has ended, well or not. */
    void hasBeenRead() {
        lock.lock();
        try {
            readings++;
            read.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many readings have ended. */
    long readings() {
        lock.lock();
        try {
            return readings;
        } finally {
            lock.unlock();
        }
    }

    boolean isAwaited() {
        lock.lock();
        try {
            return waiting > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until more readings have ended than these; {@code false} when the time is over before. */
    boolean awaitMoreThan(long before, long deadline) {
        lock.lock();
        waiting++;
        try {
            long left = deadline - System.nanoTime();
            while (readings <= before && left > 0) {
                if (!read.await(left, TimeUnit.NANOSECONDS)) {
                    break;
                }
                left = deadline - System.nanoTime();
            }
            return readings > before;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiting--;
            lock.unlock();
        }
    }
}
