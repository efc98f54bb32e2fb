package dev.millrace.worker.execute;

import dev.millrace.contract.Outcome;
import dev.millrace.worker.consume.Delivery;

/** Told how synchronous calls ended, before the outcome log is. Thread-safe; must not block for long. */
@FunctionalInterface
public interface CallAnswers {

    /**
     * A call has ended so; nothing follows.
     *
     * @param encoded the outcome as {@code OutcomePack.encode} made it; not to be changed
     */
    void ended(Delivery call, Outcome outcome, byte[] encoded);
}
