package dev.millrace.chaos.load;

import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A steady stream of events, the same for the same seed. One thread paces it, each call has a virtual thread. */
public final class Load {

    /** Calls that wait for an answer; beyond, the stream pauses as a real client's would. */
    private static final int MOST_UNANSWERED = 400;

    private static final long STOP_PATIENCE_SECONDS = 150;

    private final Clients clients;
    private final SplittableRandom random;
    private final String name;
    private final long pauseNanos;
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore unanswered = new Semaphore(MOST_UNANSWERED);
    private final Thread pacer;
    private volatile boolean over;

    /**
     * Begins.
     *
     * @param rate events per second
     */
    public Load(Clients clients, long seed, int rate) {
        this.clients = clients;
        this.random = new SplittableRandom(seed);
        this.name = "s" + seed + "-";
        this.pauseNanos = TimeUnit.SECONDS.toNanos(1) / rate;
        this.pacer = Thread.ofPlatform().name("load").start(this::pace);
    }

    private void pace() {
        long next = System.nanoTime();
        for (int n = 1; !over; n++) {
            String key = name + n;
            Deed deed = Deed.drawn(random);
            unanswered.acquireUninterruptibly();
            calls.execute(() -> call(key, deed));
            next = Math.max(next + pauseNanos, System.nanoTime() - TimeUnit.SECONDS.toNanos(1));
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void call(String key, Deed deed) {
        try {
            clients.call(key, deed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            unanswered.release();
        }
    }

    /** Sends no more and waits for the answers that are due. */
    public void stop() throws InterruptedException {
        over = true;
        pacer.join();
        calls.shutdown();
        if (!calls.awaitTermination(STOP_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            calls.shutdownNow();
        }
    }
}
