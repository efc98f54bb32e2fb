package dev.millrace.worker.consume;

import java.util.Collection;
import java.util.Map;

/**
 * Who still runs what of a partition that moved on to another worker, kept where the new owner can ask. Claims belong to
 * the partition; a lane's epoch means nothing to other workers. Blocking, thread-safe; never called on the consumer
 * thread. A book that cannot be reached throws whatever it likes: the consequence is a second run, never a lost one.
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

    /** This worker runs these deliveries of one lane and is letting their partition go. */
    void claim(LaneId lane, Collection<Delivery> running);

    /** The outcomes of these deliveries, claimed by this worker before, are stored. */
    void done(LaneId lane, Collection<Delivery> finished);

    /** Every claim on the lane's partition, by offset. */
    Map<Long, Claim> claims(LaneId lane);

    /** The claims on these offsets are of no more use: the partition's owner has committed what comes after them. */
    void forget(LaneId lane, Collection<Long> offsets);
}
