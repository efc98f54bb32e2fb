package dev.millrace.worker.execute;

import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import dev.millrace.worker.report.OutcomeReporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Every turn under way, and the thread that watches them: it continues a batch past a run that takes longer than
 * expected, and ends handlers whose time is over. Thread-safe.
 */
final class Turns implements AutoCloseable {

    /** A run that takes longer than this must not hold up the rest of its batch. */
    static final Duration SLOW = Duration.ofMillis(3);

    private static final long LOOK_EVERY_NANOS = 2_000_000;
    private static final long IDLE_NANOS = 100_000_000;

    private final InvocationExecutor executor;
    private final OutcomeReporter reporter;
    private final Runnable permitsChanged;

    private final Set<Turn> underWay = ConcurrentHashMap.newKeySet();
    private final AtomicLong begun = new AtomicLong();
    private final ExecutorService slots = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("slot-", 1).factory());
    private final Thread watch = Thread.ofPlatform().daemon().name("run-watch").unstarted(this::watch);
    private volatile boolean resting;
    private volatile boolean closed;

    /** @param permitsChanged told when a permit came back where none was left */
    Turns(InvocationExecutor executor, OutcomeReporter reporter, Runnable permitsChanged) {
        this.executor = executor;
        this.reporter = reporter;
        this.permitsChanged = permitsChanged;
    }

    void start() {
        watch.start();
    }

    /** Starts a turn on a batch. The caller has taken a permit for it, which the turn gives back. */
    void begin(Batch batch) {
        Turn turn = new Turn(batch, executor, this);
        underWay.add(turn);
        begun.getAndIncrement();
        if (batch.function().runsHere()) {
            Thread.ofVirtual().name("run").start(turn);
        } else {
            slots.execute(turn);
        }
        if (resting) {
            LockSupport.unpark(watch);
        }
    }

    /** A turn is over. What is left of its batch, if nobody else came for it, is continued under the same permit. */
    void over(Turn turn, Batch batch) {
        underWay.remove(turn);
        if (batch.hasMore()) {
            begin(batch);
        } else {
            Permits permits = batch.function().permits();
            boolean hadNone = permits.free() == 0;
            permits.release();
            if (hadNone) {
                permitsChanged.run();
            }
        }
        if (batch.isCall()) {
            reporter.wakeForCall();
        } else {
            reporter.wake();
        }
    }

    /** How many turns are under way. */
    int count() {
        return underWay.size();
    }

    /** Ends what runs of these. To be called again while there is something to end: a run may just be starting. */
    void cancel(Cancelled cancelled) {
        for (Turn turn : underWay) {
            OngoingAttempt attempt = turn.current();
            if (attempt != null && cancelled.contains(attempt.delivery().address())) {
                cancel(turn, attempt, cancelled.isGraceful(attempt.delivery().address()));
            }
        }
    }

    private void cancel(Turn turn, OngoingAttempt attempt, boolean graceful) {
        if (!turn.function().runsHere()) {
            attempt.cancel();
            attempt.version().runner().cancel(attempt, graceful);
        } else if (turn.timeOut(attempt)) {
            executor.cancelled(attempt, attempt.elapsedNanos());
        }
    }

    /** What has been running for longer than this. */
    List<OngoingAttempt> runningLongerThan(Duration time) {
        List<OngoingAttempt> found = new ArrayList<>();
        for (Turn turn : underWay) {
            OngoingAttempt attempt = turn.current();
            if (attempt != null && attempt.elapsedNanos() > time.toNanos()) {
                found.add(attempt);
            }
        }
        return found;
    }

    /** Ends what runs of a lane, without an outcome; answers what that was. */
    List<Delivery> abandon(LaneId lane) {
        List<Delivery> abandoned = new ArrayList<>();
        for (Turn turn : underWay) {
            OngoingAttempt attempt = turn.current();
            if (attempt != null && attempt.delivery().lane().equals(lane) && turn.abandon(attempt)) {
                turn.function().meters().abandoned();
                abandoned.add(attempt.delivery());
            }
        }
        return abandoned;
    }

    /** Looks after nothing any more; what runs in child processes is ended by whoever owns those. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(watch);
        slots.shutdown();
    }

    private void watch() {
        long lastBegun = begun.get();
        while (!closed) {
            long began = System.nanoTime();
            for (Turn turn : underWay) {
                look(turn);
            }
            long took = System.nanoTime() - began;
            long nowBegun = begun.get();
            if (underWay.isEmpty() && nowBegun == lastBegun) {
                rest();
            } else {
                // However many turns there are, watching them takes no more than a twentieth of a processor.
                LockSupport.parkNanos(Math.max(LOOK_EVERY_NANOS, 20 * took));
            }
            lastBegun = nowBegun;
        }
    }

    private void rest() {
        resting = true;
        if (underWay.isEmpty()) {
            LockSupport.parkNanos(this, IDLE_NANOS);
        }
        resting = false;
    }

    private void look(Turn turn) {
        OngoingAttempt attempt = turn.current();
        if (attempt == null || !turn.function().runsHere()) {
            return;
        }
        long elapsed = attempt.elapsedNanos();
        if (elapsed > SLOW.toNanos() && turn.holdsUpOthers(attempt)) {
            turn.function().ran(1, elapsed);
            turn.relieve(attempt);
        }
        if (elapsed > attempt.version().timeout().toNanos() && turn.timeOut(attempt)) {
            executor.timedOut(attempt, elapsed);
        }
        if (elapsed > SLOW.toNanos()) {
            reporter.wake();
        }
    }
}
