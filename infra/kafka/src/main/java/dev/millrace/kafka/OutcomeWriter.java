package dev.millrace.kafka;

import dev.millrace.contract.OutcomeHeading;

/** Appends packs to the outcome log. Thread-safe. */
@SuppressWarnings("DoNotCallSuggester")
public final class OutcomeWriter implements AutoCloseable {

    /** Told what became of one pack; called on the producer's thread, must not block. */
    public interface Stored {
        /** All copies in sync have it. */
        void stored();

        /** It was given up: maybe stored, maybe not. Sending it again is safe, the first terminal outcome wins. */
        void failed(Exception why);
    }

    public OutcomeWriter(KafkaSettings settings) {}

    /** Appends a pack to the partition that its lane's outcomes lie in. Blocks only while the send buffer is full. */
    public void append(OutcomeHeading heading, byte[] pack, Stored stored) {
        throw new UnsupportedOperationException();
    }

    /** Returns when the fate of every pack appended so far is known. */
    public void flush() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
