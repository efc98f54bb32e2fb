package dev.millrace.worker.report;

import dev.millrace.contract.OutcomeHeading;
import dev.millrace.kafka.OutcomeWriter;
import dev.millrace.kafka.Stored;

/** Where packs of outcomes are appended: {@link OutcomeWriter#append}, or a test that makes the broker fail. */
@FunctionalInterface
public interface OutcomeLog {

    /** Appends a pack; tells once what became of it, on any thread. */
    void append(OutcomeHeading heading, byte[] pack, Stored stored);
}
