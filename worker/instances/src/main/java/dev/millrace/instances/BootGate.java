package dev.millrace.instances;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets only so many runtimes come up at the same time: more of them than there are processors delay each other, and then
 * the first is ready hardly sooner than the last. One that hangs keeps the others for a moment only. Thread-safe.
 */
final class BootGate {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Semaphore places;

    /** @param atOnce how many may come up at the same time */
    BootGate(int atOnce) {
        this.places = new Semaphore(atOnce, true);
    }

    /** As many as this machine can start side by side. */
    static BootGate ofThisMachine() {
        return new BootGate(Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    /**
     * Waits for a place, but not for long.
     *
     * @throws InterruptedException when interrupted while waiting
     */
    Passage enter() throws InterruptedException {
        return new Passage(places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** The time in which a runtime comes up. Belongs to one thread. */
    final class Passage implements AutoCloseable {

        private boolean holds;

        private Passage(boolean holds) {
            this.holds = holds;
        }

        /** The runtime is there. */
        void isThere() {
            close();
        }

        /** The runtime is there or never will be. */
        @Override
        public void close() {
            if (holds) {
                holds = false;
                places.release();
            }
        }
    }
}
