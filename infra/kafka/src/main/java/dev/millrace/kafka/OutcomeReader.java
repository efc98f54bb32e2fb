package dev.millrace.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the outcome log, either partitions of one's own choice or those that a consumer group assigns. Belongs to one
 * thread; only {@link #wakeup()} may be called from another.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class OutcomeReader implements AutoCloseable {

    /** Told on the polling thread which partitions come and go. */
    public interface Assignment {
        /** These partitions are now read here. Answers where to begin; one without an answer begins at its commit. */
        Map<Integer, Long> assigned(Set<Integer> partitions);

        /** These are about to go to another member; what was read of them can still be committed. */
        void revoked(Set<Integer> partitions);

        /** These may be read by another member already. */
        void lost(Set<Integer> partitions);
    }

    private OutcomeReader() {}

    /** A reader of all partitions that the group assigns to it. */
    public static OutcomeReader inGroup(KafkaSettings settings, String group, Assignment assignment) {
        throw new UnsupportedOperationException();
    }

    /** A reader of these partitions from these offsets. */
    public static OutcomeReader of(KafkaSettings settings, String name, Map<Integer, Long> from) {
        throw new UnsupportedOperationException();
    }

    /** Reads these partitions from these offsets, and no others. */
    public void assign(Map<Integer, Long> from) {
        throw new UnsupportedOperationException();
    }

    /** The next records, in order within each partition; empty when none came in time or on {@link #wakeup()}. */
    public List<OutcomeRecord> poll(Duration timeout) {
        throw new UnsupportedOperationException();
    }

    /** Continues a partition at this offset. */
    public void seek(int partition, long offset) {
        throw new UnsupportedOperationException();
    }

    /** The offset that is read next. */
    public long position(int partition) {
        throw new UnsupportedOperationException();
    }

    public void pause(Collection<Integer> partitions) {
        throw new UnsupportedOperationException();
    }

    public void resume(Collection<Integer> partitions) {
        throw new UnsupportedOperationException();
    }

    /** Commits for the group: everything before these offsets is done. */
    public void commit(Map<Integer, Long> offsets) {
        throw new UnsupportedOperationException();
    }

    /** The offset that follows the last record, of each of these partitions. */
    public Map<Integer, Long> endOffsets(Collection<Integer> partitions) {
        throw new UnsupportedOperationException();
    }

    /** The offset of the first record still kept, of each of these partitions. */
    public Map<Integer, Long> beginningOffsets(Collection<Integer> partitions) {
        throw new UnsupportedOperationException();
    }

    /** Ends a {@link #poll} under way, or the next one, at once. Any thread. */
    public void wakeup() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
