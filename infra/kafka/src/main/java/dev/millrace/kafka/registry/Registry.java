package dev.millrace.kafka.registry;

import dev.millrace.kafka.KafkaSettings;
import java.time.Duration;

/** The configuration store as this process sees it: always in memory, a few milliseconds behind the topic. Thread-safe. */
@SuppressWarnings("DoNotCallSuggester")
public final class Registry implements AutoCloseable {

    private Registry() {}

    /**
     * Starts reading and returns when everything that was there has been read.
     *
     * @throws dev.millrace.kafka.KafkaUnavailableException when that has not happened after {@code patience}
     */
    public static Registry start(KafkaSettings settings, Duration patience) {
        throw new UnsupportedOperationException();
    }

    /** The present state. Cheap. */
    public RegistryView view() {
        throw new UnsupportedOperationException();
    }

    /** Adds a listener. */
    public void listen(RegistryListener listener) {
        throw new UnsupportedOperationException();
    }

    /** Waits until the view is at least at this revision; {@code false} when it was not in time. */
    public boolean await(long revision, Duration timeout) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
