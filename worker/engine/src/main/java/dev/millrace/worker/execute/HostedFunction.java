package dev.millrace.worker.execute;

import dev.millrace.contract.FunctionRef;

/**
 * A function on this worker over all its versions: who may run it now, how its runs are bundled, and what it is at
 * present. Thread-safe.
 */
final class HostedFunction {

    /** Deliveries that cannot be started now; more would only take the room of other functions. */
    private static final int MOST_HELD = 64;

    private final FunctionRef ref;
    private final Permits permits;
    private final FunctionMeters meters;
    private final FunctionBreaker breaker;
    private final BatchSize batchSize = new BatchSize();
    private volatile FunctionVersion current;

    HostedFunction(FunctionVersion current, Permits permits, FunctionMeters meters) {
        this.ref = current.ref();
        this.current = current;
        this.permits = permits;
        this.meters = meters;
        this.breaker = new FunctionBreaker(current.ref());
    }

    FunctionRef ref() {
        return ref;
    }

    Permits permits() {
        return permits;
    }

    FunctionMeters meters() {
        return meters;
    }

    FunctionBreaker breaker() {
        return breaker;
    }

    FunctionVersion current() {
        return current;
    }

    void become(FunctionVersion version) {
        current = version;
    }

    /** How many batches may be started now. */
    int startable() {
        return permits.own().held() < MOST_HELD ? Math.min(permits.free(), breaker.startsLeft()) : 0;
    }

    /** So many more deliveries, or fewer, are held until there is a permit. */
    void holds(int more) {
        int ignored = permits.own().holds(more);
    }

    /** How many deliveries one hand-over takes. */
    int batchSize() {
        return runsHere() ? batchSize.current() : 1;
    }

    /** Tells of runs that took so long together. */
    void ran(int runs, long nanos) {
        batchSize.ran(runs, nanos);
    }

    boolean runsHere() {
        return current.runner().place() == FunctionRunner.Place.HERE;
    }
}
