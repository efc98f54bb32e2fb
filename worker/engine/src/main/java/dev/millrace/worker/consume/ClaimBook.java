package dev.millrace.worker.consume;

import java.util.Collection;
import java.util.Map;

/**
 * Who still runs what of a partition that moved on to another worker, kept where the new owner can ask. Blocking,
 * thread-safe; never called on the consumer thread. A book that cannot be reached throws whatever it likes: the
 * consequence is a second run, never a lost one.
 */
public interface ClaimBook {

    /** What a claim says of an offset. */
    enum Claim {
        /** A worker that is alive runs it: leave it alone and ask again. */
        RUNNING,
        /** Its outcome is stored: it is done. */
        DONE,
        /** The worker that ran it is dead: it is to be run here. */
        ORPHANED
    }

    /** This worker runs these offsets and is letting their partition go. */
    void claim(String topic, int partition, Collection<Long> offsets);

    /** The outcomes of these offsets, claimed by this worker before, are stored. */
    void done(String topic, int partition, Collection<Long> offsets);

    /** Every claim on the partition, by offset. */
    Map<Long, Claim> claims(String topic, int partition);

    /** The claims on these offsets are of no more use: the partition's owner has committed them as done. */
    void forget(String topic, int partition, Collection<Long> offsets);
}
