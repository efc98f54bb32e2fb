package dev.millrace.kafka;

import dev.millrace.contract.EventAddress;

/** Reads single events back by their address. Thread-safe. */
@SuppressWarnings("DoNotCallSuggester")
public final class EventReader implements AutoCloseable {

    public EventReader(KafkaSettings settings) {}

    /**
     * What lies at this address.
     *
     * @throws KafkaUnavailableException when Kafka does not answer
     */
    public StoredEvent read(EventAddress address) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
