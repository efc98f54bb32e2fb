package dev.millrace.instances;

import dev.millrace.instances.InstanceStarter.Start;
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
import org.jspecify.annotations.Nullable;

/**
 * The instances of one function version on this worker. A run takes the idle instance that was used last, so that the
 * others can grow old and be reclaimed. When none is idle a new one is started, up to the limit, and the run takes whichever
 * is there first: that one, or one that became idle meanwhile. Thread-safe.
 */
public final class InstancePool implements AutoCloseable {
    private final InstanceStarter starter;
    private final PoolLimits limits;
    private final LongSupplier nanoTime;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final WaitingRuns waiting = new WaitingRuns();
    /** The most recently used first. */
    private final Deque<Idle> idle = new ArrayDeque<>();

    private final Set<Instance> busy = new HashSet<>();
    /** What runs now, by request ID. */
    private final Map<String, Instance> running = new ConcurrentHashMap<>();
    /** Requests whose run was told to end. */
    private final Set<String> terminated = ConcurrentHashMap.newKeySet();

    /** Places taken: idle instances, busy ones, and those being started. */
    private int places;

    /** New runs are refused. */
    private boolean closed;
    /** Those that wait are refused too. */
    private boolean ended;

    private record Idle(Instance instance, long since) {}

    /** An empty pool. */
    InstancePool(InstanceStarter starter, PoolLimits limits, LongSupplier nanoTime) {
        this.starter = starter;
        this.limits = limits;
        this.nanoTime = nanoTime;
    }

    /** What the instances of this pool are made from. */
    public InstanceSpec spec() {
        return starter.spec();
    }

    /**
     * Runs one event on an idle instance, or on a new one, and returns how it ended; waits for an instance while none is
     * there. Those that wait have their turns in the order in which they came. Blocks the calling thread in system calls for
     * as long as the run takes.
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
            throw new IllegalStateException("request " + requestId + " of " + spec().function()
                    + ": instances are run from platform threads, a virtual one would block its carrier");
        }
        return switch (awaitTurn(requestId)) {
            case Turn.On(Instance instance) -> runOn(instance, requestId, event, wanted);
            case Turn.None(Run instead) -> instead;
        };
    }

    /**
     * Ends a run: SIGTERM to its process now, SIGKILL to the whole tree when it has not ended within the grace. Asked again,
     * it changes nothing; a request that does not run here is not meant. One that waits for an instance waits no longer.
     */
    public void terminate(String requestId, Duration grace) {
        Instance instance = running.get(requestId);
        if (instance == null) {
            turnAway(requestId);
            return;
        }
        if (!terminated.add(requestId)) {
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
        } else {
            turnAway(requestId);
        }
    }

    private void turnAway(String requestId) {
        lock.lock();
        try {
            if (waiting.turnAway(requestId, notWanted())) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
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

    /** How many runs wait for an instance. */
    int waitingCount() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether new runs are refused. */
    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the pool is closed and its last instance is gone. */
    boolean isEnded() {
        lock.lock();
        try {
            return closed && places == 0 && waiting.isEmpty();
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
     * Takes no more runs, lets those that it has taken come to their end, and ends all instances.
     *
     * @throws InterruptedException when interrupted while waiting; the pool is closed to new runs all the same
     */
    public void drain() throws InterruptedException {
        refuse(false);
        lock.lock();
        try {
            while (places > 0 || !waiting.isEmpty()) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more runs and ends all instances now; runs in progress end as {@link RunEnd.Stopped}. */
    @Override
    public void close() {
        refuse(true);
        List<Instance> running;
        lock.lock();
        try {
            running = List.copyOf(busy);
        } finally {
            lock.unlock();
        }
        running.forEach(Instance::stop);
    }

    /** Takes no more runs; nor does it finish those that wait, when this is the end. */
    private void refuse(boolean end) {
        List<Instance> unneeded;
        lock.lock();
        try {
            closed = true;
            ended |= end;
            if (ended) {
                waiting.turnAllAway(closing());
            }
            unneeded = takeUnneeded();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        unneeded.forEach(Instance::discard);
    }

    /** The idle ones for which nobody will come any more. */
    private List<Instance> takeUnneeded() {
        if (!closed || (!waiting.isEmpty() && !ended)) {
            return List.of();
        }
        List<Instance> unneeded = idle.stream().map(Idle::instance).toList();
        idle.clear();
        freePlaces(unneeded.size());
        return unneeded;
    }

    /** What became of a run's wait for an instance. */
    private sealed interface Turn {
        record On(Instance instance) implements Turn {}

        record None(Run instead) implements Turn {}
    }

    private Turn awaitTurn(String requestId) throws InterruptedException {
        List<Instance> discarded = new ArrayList<>();
        lock.lockInterruptibly();
        try {
            return closed ? new Turn.None(closing()) : awaitTurn(requestId, discarded);
        } finally {
            lock.unlock();
            discarded.forEach(Instance::discard);
        }
    }

    private Turn awaitTurn(String requestId, List<Instance> discarded) throws InterruptedException {
        WaitingRuns.Place place = waiting.join(requestId);
        try {
            while (place.instead() == null) {
                Instance instance = waiting.isFirst(place) ? takeIdle(discarded) : null;
                if (instance != null) {
                    busy.add(instance);
                    running.put(requestId, instance);
                    return new Turn.On(instance);
                }
                startMore();
                changed.await();
            }
            return new Turn.None(place.instead());
        } finally {
            waiting.leave(place);
            discarded.addAll(takeUnneeded());
            if (closed || !waiting.isEmpty()) {
                changed.signalAll();
            }
        }
    }

    private @Nullable Instance takeIdle(List<Instance> discarded) {
        for (Idle latest = idle.pollFirst(); latest != null; latest = idle.pollFirst()) {
            if (latest.instance().isUsable()) {
                return latest.instance();
            }
            discarded.add(latest.instance());
            freePlaces(1);
        }
        return null;
    }

    private void startMore() {
        while (waiting.needMore() && places < limits.maxInstances()) {
            Thread.ofPlatform().daemon().name("instance-start").start(this::startOne);
            waiting.begin();
            places++;
        }
    }

    /** On a thread of its own, so that those who wait may take another one meanwhile. */
    private void startOne() {
        switch (starter.start(this::isStillNeeded, this::enter)) {
            case Start.Ready(Instance instance) -> giveBack(instance, true);
            case Start.Saved() -> {}
            case Start.Failed(Run how, Instance remains) -> {
                if (remains != null) {
                    leave(remains);
                }
                tell(how);
            }
        }
    }

    /** A start is given up here when some who waited have found another instance meanwhile. */
    private boolean isStillNeeded() {
        lock.lock();
        try {
            boolean needed = !ended && waiting.needAll();
            if (!needed) {
                waiting.end(null);
                freePlaces(1);
            }
            return needed;
        } finally {
            lock.unlock();
        }
    }

    /** A new instance exists; from now on it can be stopped. */
    private void enter(Instance instance) {
        lock.lock();
        try {
            busy.add(instance);
            if (!ended) {
                return;
            }
        } finally {
            lock.unlock();
        }
        instance.stop();
    }

    private void leave(Instance instance) {
        lock.lock();
        try {
            busy.remove(instance);
        } finally {
            lock.unlock();
        }
        instance.discard();
    }

    private void tell(Run failed) {
        lock.lock();
        try {
            waiting.end(failed);
            freePlaces(1);
        } finally {
            lock.unlock();
        }
    }

    private Run runOn(Instance instance, String requestId, byte[] event, BooleanSupplier wanted) {
        try {
            return wanted.getAsBoolean() ? instance.run(requestId, event) : notWanted();
        } finally {
            ended(requestId);
            giveBack(instance, false);
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

    private Run closing() {
        return Run.without(new RunEnd.NotStarted("the instances of " + spec().function() + " are being ended"));
    }

    private static Run notWanted() {
        return Run.without(new RunEnd.Stopped());
    }

    private void giveBack(Instance instance, boolean isNew) {
        lock.lock();
        try {
            busy.remove(instance);
            if (isNew) {
                waiting.end(null);
            }
            boolean needed = !closed || (!ended && !waiting.isEmpty());
            if (needed && instance.isUsable()) {
                idle.addFirst(new Idle(instance, nanoTime.getAsLong()));
                changed.signalAll();
                return;
            }
        } finally {
            lock.unlock();
        }
        // The place is given up only when the processes are gone, so that there are never more than are allowed.
        instance.discard();
        lock.lock();
        try {
            freePlaces(1);
        } finally {
            lock.unlock();
        }
    }

    private void freePlaces(int count) {
        places -= count;
        changed.signalAll();
    }
}
