package dev.millrace.worker.delay;

import dev.millrace.contract.EventAddress;
import dev.millrace.kafka.DelayWriter;
import dev.millrace.kafka.Stored;
import dev.millrace.worker.consume.LaneId;
import java.time.InstantSource;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps events in memory until they are due and brings them then to their trigger's topic, never earlier. What Kafka does
 * not take is tried again until it does. One thread of its own, so that nothing the reading thread does makes an event
 * late. Thread-safe.
 */
final class Deliverer {

    private static final Logger log = LoggerFactory.getLogger(Deliverer.class);

    /** A wall clock may jump: so often it is looked at. */
    private static final long LOOK_EVERY_MILLIS = 50;

    private static final long IDLE_MILLIS = 1_000;

    /** So often is asked for a trigger that nobody has heard of: about a minute. */
    private static final int ASK_FOR_UNKNOWN = 15;

    private final DelayWriter writer;
    private final IntFunction<Destination> destinations;
    private final Burial burial;
    private final InstantSource clock;
    private final DelayMeters meters;
    private final Consumer<Resting> done;
    private final Thread thread = Thread.ofPlatform().name("delay-delivery").unstarted(this::deliverAll);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Guarded by the lock. */
    private final PriorityQueue<Resting> resting = new PriorityQueue<>();

    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean closed;

    /** @param done told what Kafka has taken; called on any thread, must not block */
    Deliverer(
            DelayWriter writer,
            IntFunction<Destination> destinations,
            Burial burial,
            InstantSource clock,
            DelayMeters meters,
            Consumer<Resting> done) {
        this.writer = writer;
        this.destinations = destinations;
        this.burial = burial;
        this.clock = clock;
        this.meters = meters;
        this.done = done;
    }

    void start() {
        thread.start();
    }

    void add(Resting event) {
        lock.lock();
        try {
            resting.add(event);
            if (event.equals(resting.peek())) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The lane is somebody else's: what rests of it is his to deliver. */
    void forget(LaneId lane) {
        lock.lock();
        try {
            resting.removeIf(event -> event.lane().equals(lane));
        } finally {
            lock.unlock();
        }
    }

    /** How many rest in memory. */
    int count() {
        lock.lock();
        try {
            return resting.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many are on their way to Kafka. */
    int underWay() {
        return underWay.get();
    }

    /** Delivers nothing more; what is on its way may still arrive. */
    void close() {
        closed = true;
        thread.interrupt();
    }

    private void deliverAll() {
        try {
            while (!closed) {
                deliver(nextDue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Closed: what rests is delivered by whoever reads the partition next.
        }
    }

    private Resting nextDue() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                Resting first = resting.peek();
                long remaining = first == null ? IDLE_MILLIS : first.due() - clock.millis();
                if (remaining <= 0) {
                    return resting.remove();
                }
                long pause = first == null ? remaining : Math.min(remaining, LOOK_EVERY_MILLIS);
                long ignored = changed.awaitNanos(TimeUnit.MILLISECONDS.toNanos(pause));
            }
        } finally {
            lock.unlock();
        }
    }

    private void deliver(Resting event) {
        underWay.getAndIncrement();
        try {
            if (event.passesOn()) {
                writer.rest(event.header(), event.event(), stored(event));
            } else {
                deliver(event, originOf(event));
            }
        } catch (RuntimeException e) {
            tryAgain(event, e);
        }
    }

    private void deliver(Resting event, EventAddress origin) {
        switch (destinations.apply(origin.trigger())) {
            case Destination.Present(int partitions)
            when origin.partition() < partitions -> writer.deliver(event.header(), event.event(), stored(event));
            case Destination.Deleted deleted -> burial.bury(deleted, event.header(), event.event(), stored(event));
            case Destination.Present present -> giveUp(event, "its trigger has no such partition");
            case Destination.Unknown unknown
            when event.failures() >= ASK_FOR_UNKNOWN -> giveUp(event, "no such trigger was ever defined");
            case Destination.Unknown unknown ->
                tryAgain(event, new IllegalStateException("trigger " + origin.trigger() + " is not known here"));
        }
    }

    /** Nobody was ever promised anything about such an event: it has no request ID. */
    private void giveUp(Resting event, String why) {
        log.error(
                "a record of {} at offset {} says it is event {}: {}; it is dropped",
                event.lane(),
                event.offset(),
                event.header().origin(),
                why);
        meters.stray();
        underWay.getAndDecrement();
        done.accept(event);
    }

    private Stored stored(Resting event) {
        return new Stored() {
            @Override
            public void stored(long offset) {
                if (!event.passesOn() && event.failures() == 0) {
                    meters.delivered(clock.millis() - event.header().notBefore());
                }
                underWay.getAndDecrement();
                done.accept(event);
            }

            @Override
            public void failed(Exception why) {
                tryAgain(event, why);
            }
        };
    }

    private void tryAgain(Resting event, Exception why) {
        if (event.failures() == 0) {
            log.warn(
                    "event {} (attempt {}) is due and could not be brought to its queue; it is tried until it is: {}",
                    event.header().origin(),
                    event.header().attempt(),
                    why.toString());
        }
        add(event.again(clock.millis()));
        underWay.getAndDecrement();
    }

    private static EventAddress originOf(Resting event) {
        EventAddress origin = event.header().origin();
        if (origin == null) {
            throw new IllegalStateException("what has no origin is not held");
        }
        return origin;
    }
}
