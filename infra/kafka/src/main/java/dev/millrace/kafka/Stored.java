package dev.millrace.kafka;

/** Told once what became of something that was to be stored; called on the producer's thread, must not block. */
public interface Stored {

    /**
     * All copies in sync have it.
     *
     * @param offset where it lies in its partition
     */
    void stored(long offset);

    /** It was given up: maybe stored, maybe not. Storing it again must do no harm, and is what the caller does. */
    void failed(Exception why);
}
