package dev.millrace.worker.permits;

import dev.millrace.redis.PermitLeases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

/**
 * The right to start instances, as far as this worker has it: taken from the fleet in small blocks, each for the minute of
 * Redis's clock in which it was counted. What is not used soon goes back. Thread-safe; the fleet is asked by one thread.
 */
final class StartBlock {

    /** Who counts over all workers, as {@link PermitLeases#grow} does. */
    @FunctionalInterface
    interface Fleet {
        PermitLeases.Growth grow(int wanted, int unused, long minute);
    }

    private static final int BLOCK = 10;
    private static final long UNUSED_NANOS = Duration.ofSeconds(1).toNanos();

    private final LongSupplier nanoTime;
    private final Queue<CompletableFuture<Void>> callers = new ConcurrentLinkedQueue<>();

    private int left;
    private long minute;
    private long endsAt;
    private long usedAt;
    /** The fleet had none left for the minute that ends at {@link #endsAt}. */
    private boolean over;

    /** @param nanoTime {@code System::nanoTime} */
    StartBlock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.endsAt = nanoTime.getAsLong();
    }

    /** Takes the right to start one, or says that there is none here. */
    synchronized boolean take() {
        expire();
        if (left == 0) {
            return false;
        }
        left--;
        usedAt = nanoTime.getAsLong();
        return true;
    }

    /** Whether the fleet has none left for this minute, so that it need not be asked. */
    synchronized boolean areOver() {
        expire();
        return over && left == 0;
    }

    /** Completed when the fleet was asked once more, whatever it said. */
    CompletableFuture<Void> awaitMore() {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        callers.add(answer);
        return answer;
    }

    /** Whether somebody waits, or something is to be given back. */
    synchronized boolean isToBeAsked() {
        expire();
        return !callers.isEmpty() || isUnused();
    }

    private boolean isUnused() {
        return left > 0 && nanoTime.getAsLong() - usedAt > UNUSED_NANOS;
    }

    /** Asks, if there is reason to. */
    void ask(Fleet fleet) {
        if (!isToBeAsked()) {
            return;
        }
        List<CompletableFuture<Void>> answering = drain();
        int wanted = answering.isEmpty() ? 0 : Math.max(BLOCK, answering.size());
        long asked = nanoTime.getAsLong();
        int unused;
        synchronized (this) {
            unused = wanted == 0 ? left : 0;
            left -= unused;
        }
        try {
            heard(fleet.grow(wanted, unused, minute), wanted, asked);
        } finally {
            answering.forEach(caller -> caller.complete(null));
        }
    }

    /** The fleet cannot be asked. */
    void unanswered() {
        drain().forEach(caller -> caller.complete(null));
    }

    /** Its minute lasts, at the least, from when it was asked. */
    private synchronized void heard(PermitLeases.Growth growth, int wanted, long asked) {
        if (growth.minute() != minute) {
            left = 0;
            minute = growth.minute();
        }
        left += growth.granted();
        over = growth.granted() < wanted;
        endsAt = asked + growth.left().toNanos();
        usedAt = nanoTime.getAsLong();
    }

    private void expire() {
        if (nanoTime.getAsLong() - endsAt >= 0) {
            left = 0;
            over = false;
        }
    }

    private List<CompletableFuture<Void>> drain() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (CompletableFuture<Void> caller = callers.poll(); caller != null; caller = callers.poll()) {
            all.add(caller);
        }
        return all;
    }
}
