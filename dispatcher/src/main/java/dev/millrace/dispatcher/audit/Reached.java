package dev.millrace.dispatcher.audit;

import dev.millrace.contract.CommitNote;
import dev.millrace.contract.OffsetMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * How far the owner of a partition has come, by its last commit.
 *
 * @param committed everything before it is done
 * @param above what is done from there on
 */
record Reached(long committed, OffsetMap above) {

    /** By this commit; of a partition without one nothing is done. */
    static Reached by(@Nullable OffsetAndMetadata commit) {
        if (commit == null) {
            return upTo(0);
        }
        return CommitNote.decode(commit.offset(), commit.metadata())
                .map(note -> new Reached(commit.offset(), note.map()))
                .orElseGet(() -> upTo(commit.offset()));
    }

    /** Everything before this offset is done, nothing from there on. */
    static Reached upTo(long committed) {
        return new Reached(committed, OffsetMap.nothingAbove(committed));
    }

    /** Whether somebody still has to see to what lies there. */
    boolean isOpen(long offset) {
        return offset >= committed && !above.isDone(offset);
    }
}
