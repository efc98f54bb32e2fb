package dev.millrace.worker.report;

import dev.millrace.kafka.Stored;
import dev.millrace.worker.consume.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what follows from outcomes that the log has, on a thread of its own so that no outcome waits behind it.
 * What could not be stored is stored again until it is, each after a pause that grows; its delivery stays open
 * meanwhile. Thread-safe.
 */
final class Aftermath {

    private static final Logger log = LoggerFactory.getLogger(Aftermath.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final ConsequenceStore store;
    private final Passage passage;
    private final Consumer<List<Delivery>> done;
    private final Thread thread;
    private final DelayQueue<Step> steps = new DelayQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean closing;

    /** @param done told which deliveries have nothing more to follow; called on any thread, must not block */
    Aftermath(ConsequenceStore store, Consumer<List<Delivery>> done, Passage passage) {
        this.passage = passage;
        this.store = store;
        this.done = done;
        this.thread = Thread.ofPlatform().name("consequences").unstarted(this::carryOut);
    }

    void start() {
        thread.start();
    }

    /**
     * Takes what follows for a delivery, if anything. Does not block.
     *
     * @param settled called after the delivery was told as done
     */
    void follows(Delivery delivery, List<Consequence> consequences, Runnable settled) {
        open.getAndIncrement();
        if (consequences.isEmpty()) {
            conclude(delivery, false, settled);
            return;
        }
        boolean again = consequences.stream().anyMatch(following -> isSameAttempt(delivery, following));
        AtomicInteger left = new AtomicInteger(consequences.size());
        Runnable last = () -> conclude(delivery, again, settled);
        consequences.forEach(consequence -> steps.add(new Step(delivery, consequence, left, last, settled)));
    }

    /** Whether the delivery was only put off: the attempt that it stands for is still to be made. */
    private static boolean isSameAttempt(Delivery delivery, Consequence following) {
        return following instanceof Consequence.NextAttempt next
                && next.header().attempt() == delivery.header().attempt();
    }

    private void conclude(Delivery delivery, boolean again, Runnable settled) {
        Runnable last = () -> {
            done.accept(List.of(delivery));
            settled.run();
            open.getAndDecrement();
        };
        if (delivery.mayHaveBegun()) {
            passage.close(delivery, again, last);
        } else {
            last.run();
        }
    }

    /** Deliveries of which something is not stored yet. */
    int backlog() {
        return open.get();
    }

    /** Consequences that were not stored, in a row since one last was; 0 when all is well. */
    int failures() {
        return failures.get();
    }

    /** Waits until everything taken before is stored, at most so long, and ends. */
    void finish(Duration limit) throws InterruptedException {
        closing = true;
        thread.join(limit.isPositive() ? limit : Duration.ofNanos(1));
        if (thread.isAlive()) {
            log.warn("what follows from {} outcomes could not be stored in time; others will do it", backlog());
        }
    }

    void close() {
        closing = true;
        thread.interrupt();
    }

    private void carryOut() {
        try {
            while (!(closing && open.get() == 0)) {
                if (!passage.isOpen()) {
                    Thread.sleep(LOOK_EVERY);
                    continue;
                }
                Step step = steps.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                if (step != null) {
                    attempt(step);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Closed in a hurry: what is not stored is carried out by others.
        }
    }

    private void attempt(Step step) {
        if (passage.isLost(step.delivery.lane())) {
            step.dropped();
            return;
        }
        try {
            store.store(step.delivery, step.consequence, step);
        } catch (RuntimeException e) {
            step.failed(e);
        }
    }

    /** One consequence on its way, and when it is its turn. */
    private final class Step implements Delayed, Stored {

        private final Delivery delivery;
        private final Consequence consequence;
        private final AtomicInteger left;
        private final Runnable last;
        private final Runnable settled;
        private long dueAt = System.nanoTime();
        private int failed;

        private Step(Delivery delivery, Consequence consequence, AtomicInteger left, Runnable last, Runnable settled) {
            this.last = last;
            this.settled = settled;
            this.delivery = delivery;
            this.consequence = consequence;
            this.left = left;
        }

        @Override
        public void stored(long offset) {
            if (failures.getAndSet(0) > 0) {
                log.info("what follows from outcomes is stored again");
            }
            if (left.decrementAndGet() == 0) {
                last.run();
            }
        }

        /** Others own its lane and carry it out. */
        void dropped() {
            if (left.decrementAndGet() == 0) {
                settled.run();
                open.getAndDecrement();
            }
        }

        @Override
        public void failed(Exception why) {
            if (failures.getAndIncrement() == 0) {
                log.warn(
                        "{} of event {} (attempt {} of {}) was not stored; it is tried until it is, the event stays open: {}",
                        consequence.getClass().getSimpleName(),
                        delivery.address(),
                        delivery.header().attempt(),
                        delivery.function(),
                        why.toString());
            }
            long pause = FIRST_PAUSE.toNanos() << Math.min(failed++, 10);
            dueAt = System.nanoTime() + Math.min(pause, LONGEST_PAUSE.toNanos());
            steps.add(this);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueAt - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return other instanceof Step step ? Long.signum(dueAt - step.dueAt) : 0;
        }
    }
}
