package dev.millrace.embedded.fault;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What the connections of a proxy go through at the moment. Thread-safe. */
final class Weather {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean stalled;
    private Duration delay = Duration.ZERO;

    void clear() {
        change(false, Duration.ZERO);
    }

    void stall() {
        change(true, Duration.ZERO);
    }

    void delay(Duration oneWay) {
        change(false, oneWay);
    }

    private void change(boolean nowStalled, Duration nowDelay) {
        lock.lock();
        try {
            stalled = nowStalled;
            delay = nowDelay;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when bytes read at this {@link System#nanoTime} may be delivered. */
    void await(long readAt) throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                long wait = readAt + delay.toNanos() - System.nanoTime();
                if (stalled) {
                    changed.await();
                } else if (wait > 0) {
                    changed.await(wait, TimeUnit.NANOSECONDS);
                } else {
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
