package dev.millrace.worker.execute;

import dev.millrace.worker.consume.Delivery;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;

/**
 * Deliveries that wait here for their next attempt, because the platform could not start them: each with its offset
 * open, without a permit and without a slot. A function that has too many of them is handed nothing more.
 * Thread-safe.
 */
final class Held implements AutoCloseable {

    /** How often a delivery whose time has come asks for a permit. */
    private static final Duration ASK_AGAIN = Duration.ofMillis(20);

    private final Clock clock;
    private final AtomicInteger count = new AtomicInteger();
    private volatile BiPredicate<HostedFunction, Delivery> begin = (function, delivery) -> false;
    private volatile boolean closed;

    Held(Clock clock) {
        this.clock = clock;
    }

    /** @param begin starts a delivery if there is a permit for it */
    void start(BiPredicate<HostedFunction, Delivery> begin) {
        this.begin = begin;
    }

    /** Holds a delivery until its time has come and there is a permit. */
    void until(Instant at, HostedFunction function, Delivery delivery) {
        count.getAndIncrement();
        function.holds(1);
        Thread.ofVirtual().name("held").start(() -> hold(at, function, delivery));
    }

    /** Holds a delivery until there is a permit. */
    void untilPermitted(HostedFunction function, Delivery delivery) {
        until(clock.instant(), function, delivery);
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

    private void hold(Instant at, HostedFunction function, Delivery delivery) {
        try {
            Thread.sleep(Duration.between(clock.instant(), at));
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
