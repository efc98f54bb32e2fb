package dev.millrace.worker.execute;

/**
 * The fleet, from which this worker has its permits: whoever leases them sizes each {@link Allowance} it was told of.
 * Thread-safe.
 */
public interface PermitSource {

    /** There is a new allowance, or another limit holds for it. Must return at once. */
    void changed(Allowance allowance);

    /** More runs want to begin than it allows. Must return at once; called often. */
    void wanted(Allowance allowance);

    /**
     * Asks the fleet once for one more and waits for the answer, which is in the allowance then; returns at once when the
     * fleet cannot be asked, and never waits for a run to end. Not for the consumer thread.
     */
    void ask(Allowance allowance);

    /** A lane was lost to another worker: this one was taken for dead, and if it could not renew its leases, so were they. */
    void lanesLost();
}
