package dev.millrace.worker.execute;

import dev.millrace.contract.FunctionRef;
import dev.millrace.worker.fate.RetrySchedule;
import java.time.Duration;

/**
 * What a function is at present, as far as executing it goes. Immutable; one attempt sees one version from beginning to
 * end.
 *
 * @param ref the function
 * @param revision of its definition, or {@link #GONE}
 * @param name of the version, as outcomes carry it
 * @param timeout of one run
 * @param memoryMb configured memory
 * @param resultTtl how long its outcomes are kept
 * @param schedule its retries
 * @param runner what runs it
 */
record FunctionVersion(
        FunctionRef ref,
        long revision,
        String name,
        Duration timeout,
        int memoryMb,
        Duration resultTtl,
        RetrySchedule schedule,
        FunctionRunner runner) {

    /** Revision of a function that does not exist. */
    static final long GONE = -1;
}
