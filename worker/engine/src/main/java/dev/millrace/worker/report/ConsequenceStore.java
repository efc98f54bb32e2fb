package dev.millrace.worker.report;

import dev.millrace.kafka.Stored;
import dev.millrace.worker.consume.Delivery;

/** Where consequences are stored: Kafka's topics, or a test that makes the broker fail. */
@FunctionalInterface
public interface ConsequenceStore {

    /**
     * Stores one; tells once what became of it, on any thread.
     *
     * @param delivery the delivery whose outcome it follows from
     */
    void store(Delivery delivery, Consequence consequence, Stored stored);
}
