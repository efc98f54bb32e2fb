package dev.millrace.instances;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The instances of one function version on this worker. A run takes the idle instance that was used last, so that the
 * others can grow old and be reclaimed; when none is idle a new one is started, up to the limit. Thread-safe.
 */
public final class InstancePool implements AutoCloseable {
    private final InstanceSpec spec;
    private final PoolLimits limits;
    private final InstanceLauncher launcher;
    private final LongSupplier nanoTime;
    private final Growth growth;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** The most recently used first. */
    private final Deque<Idle> idle = new ArrayDeque<>();

    private final Set<Instance> busy = new HashSet<>();
    /** What runs now, by request ID. */
    private final Map<String, Instance> running = new ConcurrentHashMap<>();
    /** Requests whose run was told to end. */
    private final Set<String> terminated = ConcurrentHashMap.newKeySet();

    /** Places taken: idle instances, busy ones, and those being started. */
    private int places;

    private boolean closed;

    private record Idle(Instance instance, long since) {}

    InstancePool(InstanceSpec spec, PoolLimits limits, InstanceLauncher launcher, LongSupplier nanoTime) {
        this(spec, limits, launcher, nanoTime, Growth.FREE);
    }

    /** @param growth asked before each start of an instance */
    InstancePool(
            InstanceSpec spec, PoolLimits limits, InstanceLauncher launcher, LongSupplier nanoTime, Growth growth) {
        this.growth = growth;
        this.spec = spec;
        this.limits = limits;
        this.launcher = launcher;
        this.nanoTime = nanoTime;
    }

    /** What the instances of this pool are made from. */
    public InstanceSpec spec() {
        return spec;
    }

    /**
     * Runs one event on an idle instance, or on a new one, and returns how it ended; waits for an instance while all
     * that are allowed are busy. Blocks the calling thread in system calls for as long as the run takes.
     *
     * @param requestId the invocation's ID, told to the function
     * @param event the event as JSON, handed over untouched
     * @throws InterruptedException when interrupted while waiting for an instance; the event was not run
     * @throws IllegalArgumentException when the event is larger than 6 MB; it was not run
     * @throws IllegalStateException on a virtual thread, whose carrier would be blocked with it
     */
    public Run run(String requestId, byte[] event) throws InterruptedException {
        return run(requestId, event, () -> true);
    }

    /**
     * The same, unless it is not wanted any more once an instance is there for it.
     *
     * @param wanted asked directly before the event is sent to the instance; after a no the function never sees it, and the
     *     run ends as {@link RunEnd.Stopped}
     */
    public Run run(String requestId, byte[] event, BooleanSupplier wanted) throws InterruptedException {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("request " + requestId + " of " + spec.function()
                    + ": instances are run from platform threads, a virtual one would block its carrier");
        }
        return switch (takeTurn()) {
            case Turn.Reuse(Instance instance) -> runOn(instance, requestId, event, wanted);
            case Turn.StartNew() -> runOnNew(requestId, event, wanted);
            case Turn.Closed() -> notStarted("the instances of " + spec.function() + " are being ended");
        };
    }

    /**
     * Ends a run: SIGTERM to its process now, SIGKILL to the whole tree when it has not ended within the grace. Asked again,
     * it changes nothing; a request that does not run here is not meant.
     */
    public void terminate(String requestId, Duration grace) {
        Instance instance = running.get(requestId);
        if (instance == null || !terminated.add(requestId)) {
            return;
        }
        instance.terminate();
        Thread.ofVirtual().name("terminate").start(() -> {
            try {
                Thread.sleep(grace);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // Nobody does that; the run ends at its time limit.
                return;
            }
            lock.lock();
            try {
                if (running.get(requestId) == instance && terminated.contains(requestId)) {
                    instance.stop();
                }
            } finally {
                lock.unlock();
            }
        });
    }

    /** Kills the instance that runs this event, if one does: the run ends as {@link RunEnd.Stopped}. */
    public void stop(String requestId) {
        Instance instance = running.get(requestId);
        if (instance != null) {
            instance.stop();
        }
    }

    /** How many instances run an event or are being started. */
    public int busyCount() {
        lock.lock();
        try {
            return places - idle.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many instances wait for an event. */
    public int idleCount() {
        lock.lock();
        try {
            return idle.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the pool is closed and its last instance is gone. */
    boolean isEnded() {
        lock.lock();
        try {
            return closed && places == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the instances that have been idle for longer than the limit. Called from time to time by the host. */
    void reclaimIdle() {
        List<Instance> old = new ArrayList<>();
        lock.lock();
        try {
            long keptSince = nanoTime.getAsLong() - limits.idleAfter().toNanos();
            Iterator<Idle> oldestFirst = idle.descendingIterator();
            while (oldestFirst.hasNext()) {
                Idle candidate = oldestFirst.next();
                if (candidate.since() - keptSince <= 0 || !candidate.instance().isUsable()) {
                    oldestFirst.remove();
                    old.add(candidate.instance());
                }
            }
            freePlaces(old.size());
        } finally {
            lock.unlock();
        }
        old.forEach(Instance::discard);
    }

    /**
     * Takes no more runs, ends the idle instances, and waits for the busy ones to finish.
     *
     * @throws InterruptedException when interrupted while waiting; the pool is closed to new runs all the same
     */
    public void drain() throws InterruptedException {
        endIdle();
        lock.lock();
        try {
            while (places > 0) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more runs and ends all instances now; runs in progress end as {@link RunEnd.Stopped}. */
    @Override
    public void close() {
        endIdle();
        List<Instance> running;
        lock.lock();
        try {
            running = List.copyOf(busy);
        } finally {
            lock.unlock();
        }
        running.forEach(Instance::stop);
    }

    /** What is to be done for a run whose turn has come. */
    private sealed interface Turn {
        record Reuse(Instance instance) implements Turn {}

        /** A place has been taken for a new instance. */
        record StartNew() implements Turn {}

        record Closed() implements Turn {}
    }

    private Turn takeTurn() throws InterruptedException {
        List<Instance> dead = new ArrayList<>();
        lock.lockInterruptibly();
        try {
            while (!closed) {
                Idle latest = idle.pollFirst();
                if (latest == null && places < limits.maxInstances()) {
                    places++;
                    return new Turn.StartNew();
                } else if (latest == null) {
                    changed.await();
                } else if (latest.instance().isUsable()) {
                    busy.add(latest.instance());
                    return new Turn.Reuse(latest.instance());
                } else {
                    dead.add(latest.instance());
                    freePlaces(1);
                }
            }
            return new Turn.Closed();
        } finally {
            lock.unlock();
            dead.forEach(Instance::discard);
        }
    }

    private Run runOn(Instance instance, String requestId, byte[] event, BooleanSupplier wanted) {
        running.put(requestId, instance);
        try {
            return wanted.getAsBoolean() ? instance.run(requestId, event) : notWanted();
        } finally {
            ended(requestId);
            giveBack(instance);
        }
    }

    /** From now on nothing is sent to the instance on behalf of this request. */
    private void ended(String requestId) {
        lock.lock();
        try {
            running.remove(requestId);
            terminated.remove(requestId);
        } finally {
            lock.unlock();
        }
    }

    private Run runOnNew(String requestId, byte[] event, BooleanSupplier wanted) {
        if (!growth.take()) {
            giveUpPlace();
            return new Run(new RunEnd.NoGrowth(), Duration.ZERO, 0, new byte[0], null);
        }
        Instance instance;
        try {
            instance = Instance.launch(spec, launcher);
        } catch (LaunchException e) {
            giveUpPlace();
            return notStarted(String.valueOf(e.getMessage()));
        }
        enter(instance);
        running.put(requestId, instance);
        try {
            Run failed = instance.load();
            if (failed != null) {
                return failed;
            }
            return wanted.getAsBoolean() ? instance.run(requestId, event) : notWanted();
        } finally {
            ended(requestId);
            giveBack(instance);
        }
    }

    private static Run notWanted() {
        return new Run(new RunEnd.Stopped(), Duration.ZERO, 0, new byte[0], null);
    }

    private static Run notStarted(String reason) {
        return new Run(new RunEnd.NotStarted(reason), Duration.ZERO, 0, new byte[0], null);
    }

    /** A new instance exists; from now on it can be stopped. */
    private void enter(Instance instance) {
        lock.lock();
        try {
            if (!closed) {
                busy.add(instance);
                return;
            }
        } finally {
            lock.unlock();
        }
        instance.stop();
    }

    private void giveBack(Instance instance) {
        lock.lock();
        try {
            busy.remove(instance);
            if (!closed && instance.isUsable()) {
                idle.addFirst(new Idle(instance, nanoTime.getAsLong()));
                changed.signalAll();
                return;
            }
        } finally {
            lock.unlock();
        }
        // The place is given up only when the processes are gone, so that there are never more than are allowed.
        instance.discard();
        giveUpPlace();
    }

    private void giveUpPlace() {
        lock.lock();
        try {
            freePlaces(1);
        } finally {
            lock.unlock();
        }
    }

    private void endIdle() {
        List<Instance> ended;
        lock.lock();
        try {
            closed = true;
            ended = idle.stream().map(Idle::instance).toList();
            idle.clear();
            freePlaces(ended.size());
        } finally {
            lock.unlock();
        }
        ended.forEach(Instance::discard);
    }

    private void freePlaces(int count) {
        places -= count;
        changed.signalAll();
    }
}
