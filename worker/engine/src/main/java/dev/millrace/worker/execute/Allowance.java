package dev.millrace.worker.execute;

import dev.millrace.contract.FunctionRef;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The permits of one function that the fleet leaves to this worker, and how many it could use. Taking one is a look at a
 * bulkhead; sizing it never blocks: what runs is not ended, its permit is kept back when it is given back. Thread-safe.
 *
 * <pre>
 *   the fleet's grant ──► in circulation = taken + idle ──► kept back, and told
 * </pre>
 */
public final class Allowance {

    /** What the consumer said of its lanes is believed for so long; it says it four times a second. */
    private static final long HEARD_NANOS = Duration.ofMillis(750).toNanos();

    private final FunctionRef function;
    private final PermitSource source;
    /** As large as the largest grant there was; what is not in circulation has been taken out of it. */
    private final Bulkhead bulkhead;

    private final AtomicInteger circulating = new AtomicInteger();
    private volatile int target;

    private volatile int limit;
    private volatile int usable = Integer.MAX_VALUE;
    private volatile boolean closed;
    private volatile boolean exhausted;

    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    /** Of the consumer thread: turns that it could begin, and when it said so. */
    private volatile int waiting;

    private volatile long waitingSince;
    /** Seen without a lock: being wrong by one costs a slightly wrong size. */
    private volatile int highest;

    private volatile boolean refused;

    /** What the fleet allows; nothing before it was asked. */
    public Allowance(FunctionRef function, int limit, PermitSource source) {
        this.function = function;
        this.limit = limit;
        this.source = source;
        this.bulkhead = Bulkhead.of(function.toString(), config(0));
    }

    /** Whose. */
    public FunctionRef function() {
        return function;
    }

    /** How often the function may run at once over the whole fleet. */
    public int limit() {
        return limit;
    }

    /**
     * Whether none is left and asking for more is of little use: all there can be are here, or the fleet had no more when it was
     * asked last.
     */
    boolean isExhausted() {
        return limit == 0 || (free() <= 0 && (exhausted || circulating() >= limit));
    }

    /** Whether the fleet had less than was wanted. */
    public void exhausted(boolean lately) {
        exhausted = lately;
    }

    /** Whether the function is not run here any more: nothing begins. */
    public boolean isClosed() {
        return closed;
    }

    /** What is taken and what may be taken: what this worker holds of the fleet's permits. */
    public int circulating() {
        return circulating.get();
    }

    /** Runs that hold a permit. */
    public int taken() {
        return Math.max(0, circulating.get() - free());
    }

    /** How many more runs may begin. */
    int free() {
        return bulkhead.getMetrics().getAvailableConcurrentCalls();
    }

    /**
     * What a worker has done with its permits since it was asked last, and wants.
     *
     * @param peak the most that were taken at once
     * @param waiting how many more could be taken now
     * @param refused whether somebody was refused one
     */
    public record Demand(int peak, int waiting, boolean refused) {}

    /** Asked by whoever leases, from time to time. */
    public Demand demand() {
        int taken = taken();
        int peak = Math.max(highest, taken);
        highest = taken;
        boolean wasRefused = refused;
        refused = false;
        int lanes = System.nanoTime() - waitingSince < HEARD_NANOS ? waiting : 0;
        return new Demand(peak, lanes + held.get() + calls.get(), wasRefused);
    }

    /** As many as this worker could ever use at once. */
    public int usable() {
        return usable;
    }

    /** So many may circulate, not fewer than do: more runs may begin at once. */
    public synchronized void growTo(int size) {
        if (closed) {
            return;
        }
        target = size;
        int more = size - circulating.get();
        int takenOut = bulkhead.getBulkheadConfig().getMaxConcurrentCalls() - circulating.get();
        for (int i = 0; i < Math.min(more, takenOut); i++) {
            circulating.getAndIncrement();
            bulkhead.releasePermission();
        }
        if (more > takenOut) {
            circulating.getAndAdd(more - takenOut);
            bulkhead.changeConfig(config(bulkhead.getBulkheadConfig().getMaxConcurrentCalls() + more - takenOut));
        }
    }

    /**
     * No more than so many may circulate. Idle ones are kept back at once, others when their runs end.
     *
     * @return how many do circulate still, and have to be told as kept
     */
    public synchronized int shrinkTo(int size) {
        target = size;
        while (circulating.get() > size && bulkhead.tryAcquirePermission()) {
            if (!keepBack()) {
                bulkhead.releasePermission(); // A run that ended meanwhile had its own kept back.
            }
        }
        return circulating.get();
    }

    /** Takes one, or says that there is none. */
    public boolean tryTake() {
        if (!bulkhead.tryAcquirePermission()) {
            lacks();
            return false;
        }
        int taken = circulating.get() - free();
        if (taken > highest) {
            highest = taken;
        }
        return true;
    }

    /** Gives one back. */
    public void release() {
        if (keepBack()) {
            source.wanted(this); // By others: they are to hear of it.
        } else {
            bulkhead.releasePermission();
        }
    }

    private boolean keepBack() {
        int now = circulating.get();
        while (now > target) {
            if (circulating.compareAndSet(now, now - 1)) {
                return true;
            }
            now = circulating.get();
        }
        return false;
    }

    /** Waits for the fleet's answer to the question for one more. */
    void ask() {
        if (limit == 0 || closed) {
            return;
        }
        calls.getAndIncrement();
        try {
            source.ask(this);
        } finally {
            calls.getAndDecrement();
        }
    }

    /** So many turns could begin if they might. Of the consumer thread. */
    public void waits(int turns) {
        waiting = turns;
        waitingSince = System.nanoTime();
        source.wanted(this);
    }

    /** A turn has begun. Of the consumer thread. */
    void begun() {
        int before = waiting;
        if (before > 0) {
            waiting = before - 1;
        }
    }

    /** So many more deliveries, or fewer, are held until there is a permit. */
    int holds(int more) {
        return held.addAndGet(more);
    }

    int held() {
        return held.get();
    }

    /** Other limits hold: how often the function may run in the fleet, and how often this worker could. A lower one is in force at once for what begins here. */
    public void limits(int ofFunction, int usableHere) {
        boolean same = limit == ofFunction && usable == usableHere;
        limit = ofFunction;
        usable = usableHere;
        if (target > ofFunction) {
            int ignored = shrinkTo(ofFunction);
        }
        if (!same) {
            source.changed(this);
        }
    }

    /** Nothing begins any more. */
    public void close() {
        closed = true;
        int ignored = shrinkTo(0);
        source.changed(this);
    }

    private void lacks() {
        refused = true;
        source.wanted(this);
    }

    private static BulkheadConfig config(int size) {
        return BulkheadConfig.custom()
                .maxConcurrentCalls(size)
                .maxWaitDuration(Duration.ZERO)
                .build();
    }
}
