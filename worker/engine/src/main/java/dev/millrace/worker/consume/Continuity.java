package dev.millrace.worker.consume;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this process has gone on without a stop long enough for the others to take it for dead (a debugger, a suspended
 * machine, a swapped-out virtual machine). After such a stop nothing is begun and no outcome is told until the broker has
 * taken a commit, which it does only of a member, or has told which lanes are lost. Thread-safe.
 */
public final class Continuity implements AutoCloseable {

    /** Shorter than a lease is valid after its last refresh. */
    public static final Duration LONGEST_STOP = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Continuity.class);
    private static final Duration TICK = Duration.ofMillis(100);

    private final LongSupplier nanoTime;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile long lastTick;
    private volatile boolean broken;
    private long breaks;

    /** @param nanoTime {@code System::nanoTime} */
    public Continuity(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lastTick = nanoTime.getAsLong();
    }

    /** Begins to tick on a thread of its own. */
    public void start() {
        lastTick = nanoTime.getAsLong();
        Thread.ofPlatform().daemon().name("continuity").start(this::tickUntilClosed);
    }

    /** Whether there was no such stop, or it was got over. Cheap; notices a stop itself when it is asked first. */
    public boolean isUnbroken() {
        if (nanoTime.getAsLong() - lastTick > LONGEST_STOP.toNanos()) {
            tick();
        }
        return !broken;
    }

    /** How many stops there were: what was begun to be proven before another one proves nothing. */
    public synchronized long breaks() {
        return breaks;
    }

    /** This worker is a member still, or has heard what it lost, and there was no other stop since. */
    synchronized void proven(long asOfBreak) {
        if (broken && asOfBreak == breaks) {
            broken = false;
            LOG.info("Membership is proven after a stop: work goes on");
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }

    synchronized void tick() {
        long now = nanoTime.getAsLong();
        long gap = now - lastTick;
        lastTick = now;
        if (gap > LONGEST_STOP.toNanos()) {
            broken = true;
            breaks++;
            LOG.warn(
                    "This process stood still for {} ms: others may have taken over; nothing is begun or told until that is"
                            + " known",
                    TimeUnit.NANOSECONDS.toMillis(gap));
        }
    }

    private void tickUntilClosed() {
        try {
            while (!closed.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                tick();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody does that; whoever asks ticks itself.
        }
    }
}
