package dev.millrace.redis;

import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Projects the outcome log to Redis. Used by one thread, the recorder's, which is the only writer of the partitions it
 * owns; another writer of the same partition does no harm, because the first terminal outcome of an invocation stays and
 * the position moves only from where its mover believes it to be.
 *
 * <p>{@link #write} sends, {@link #drain} waits for the answers and only then moves the positions, so that a position
 * never covers what Redis does not hold. After a {@link RedisUnavailableException} nothing is known of what was sent
 * since the last drain: read {@link #positions} and write again from there.
 */
public interface ResultWriter extends AutoCloseable {

    /**
     * Sends a stretch of the log. Outcomes whose time to be kept is over are left out.
     *
     * @throws RedisUnavailableException Redis does not answer or refuses
     */
    void write(OutcomeBatch batch);

    /**
     * Waits until everything sent is in Redis, then moves each partition's position to the end of its last stretch.
     *
     * @return the partitions whose position in Redis was not where this writer had left it: Redis was emptied, restarted
     *     from an older copy, or somebody else writes; their positions were not moved
     * @throws RedisUnavailableException Redis does not answer or refuses
     */
    Set<Integer> drain();

    /**
     * How far Redis holds these partitions.
     *
     * @throws RedisUnavailableException Redis does not answer
     */
    Map<Integer, RecordedPosition> positions(Collection<Integer> partitions);

    /**
     * Sets a partition's position, unless somebody else changed it since it was read.
     *
     * @param partition partition of the outcome log
     * @param expected what {@link #positions} said
     * @param position everything before it is in Redis, or is no longer in the log
     * @param rebuildingUntil when present, readers are told to come back until this offset is recorded
     * @return whether it was set
     * @throws RedisUnavailableException Redis does not answer
     */
    boolean reposition(int partition, OptionalLong expected, long position, OptionalLong rebuildingUntil);

    /** Closes its connections; what was not drained may or may not be in Redis. */
    @Override
    void close();
}
