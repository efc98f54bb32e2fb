package dev.millrace.benchmarks.latency;

import dev.millrace.contract.EventAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Events that were accepted and have not ended, whichever of both is heard of first. Thread-safe. */
public final class OpenEvents {

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final Set<EventAddress> open = ConcurrentHashMap.newKeySet();
    private final Set<EventAddress> ended = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    /** Hears of all ends from now on. */
    public OpenEvents(OutcomeWatch watch) {
        var _ = watch.expect(Integer.MAX_VALUE, end -> {
            ended.add(end.address());
            open.remove(end.address());
        });
    }

    /** The broker has it. */
    public void accepted(EventAddress address) {
        accepted.incrementAndGet();
        open.add(address);
        // It may have ended before the broker's word came.
        if (ended.contains(address)) {
            open.remove(address);
        }
    }

    /** How many are open. */
    public int size() {
        return open.size();
    }

    /** How many were ever accepted. */
    public int acceptedEver() {
        return accepted.get();
    }

    /** Waits until none is open; {@code false} when that takes longer. */
    public boolean awaitNone(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!open.isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(LOOK_EVERY);
        }
        return open.isEmpty();
    }
}
