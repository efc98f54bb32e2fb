package dev.millrace.worker.execute;

import dev.millrace.worker.consume.Delivery;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;

/**
 * Deliveries that were handed over for a permit which was gone when they came, because a limit was lowered meanwhile:
 * each waits here, its offset open, until there is one. A function that has too many of them is handed nothing more.
 * Thread-safe.
 */
final class Held implements AutoCloseable {

    /** How often a delivery asks for a permit. */
    private static final Duration ASK_AGAIN = Duration.ofMillis(20);

    private final AtomicInteger count = new AtomicInteger();
    private volatile BiPredicate<HostedFunction, Delivery> begin = (function, delivery) -> false;
    private volatile boolean closed;

    /** @param begin starts a delivery if there is a permit for it */
    void start(BiPredicate<HostedFunction, Delivery> begin) {
        this.begin = begin;
    }

    /** Holds a delivery until there is a permit. */
    void untilPermitted(HostedFunction function, Delivery delivery) {
        count.getAndIncrement();
        function.holds(1);
        Thread.ofVirtual().name("held").start(() -> hold(function, delivery));
    }

    /** How many wait. */
    int count() {
        return count.get();
    }

    /** Starts nothing any more: what is held stays open and is run by others. */
    @Override
    public void close() {
        closed = true;
    }

    private void hold(HostedFunction function, Delivery delivery) {
        try {
            while (!closed && !begin.test(function, delivery)) {
                Thread.sleep(ASK_AGAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody does that; the offset stays open in any case.
        } finally {
            function.holds(-1);
            count.getAndDecrement();
        }
    }
}
