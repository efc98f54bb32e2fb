package dev.millrace.worker.consume;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/**
 * Who still runs what of a partition that moved on to another worker, kept where the new owner can ask. Claims belong to
 * the partition; a lane's epoch means nothing to other workers. Blocking, thread-safe; never called on the consumer
 * thread. A book that cannot be reached throws whatever it likes: the consequence is a second run, never a lost one.
 */
public interface ClaimBook {

    /** A run that takes longer than this is claimed while it lasts. */
    Duration LONG_RUN = Duration.ofSeconds(2);

    /**
     * What a claim says of an offset.
     *
     * @param crashes how many workers have died while they ran it, as far as was counted
     */
    record Claim(State state, int crashes) {

        /** Where the run is that was claimed. */
        public enum State {
            /** A worker that is alive runs it: leave it alone and ask again. */
            RUNNING,
            /** Its outcome is stored: it is done. */
            DONE,
            /** The worker that ran it is dead: it is to be run here. */
            ORPHANED
        }

        public static final Claim RUNNING = new Claim(State.RUNNING, 0);
        public static final Claim DONE = new Claim(State.DONE, 0);
        public static final Claim ORPHANED = new Claim(State.ORPHANED, 1);
    }

    /** This worker runs these deliveries of one lane and is letting their partition go. */
    void claim(LaneId lane, Collection<Delivery> running);

    /** The outcomes of these deliveries, claimed by this worker before, are stored. */
    void done(LaneId lane, Collection<Delivery> finished);

    /** This worker has broken these runs off: whoever has the partition now need not wait for it. */
    void letGo(LaneId lane, Collection<Delivery> running);

    /** Every claim on the lane's partition, by offset. */
    Map<Long, Claim> claims(LaneId lane);

    /** The claims on these offsets are of no more use: the partition's owner has committed what comes after them. */
    void forget(LaneId lane, Collection<Long> offsets);
}
