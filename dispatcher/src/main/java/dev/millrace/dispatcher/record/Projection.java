package dev.millrace.dispatcher.record;

import dev.millrace.contract.MalformedException;
import dev.millrace.contract.OutcomePack;
import dev.millrace.kafka.OutcomeReader;
import dev.millrace.kafka.OutcomeRecord;
import dev.millrace.redis.OutcomeBatch;
import dev.millrace.redis.RecordedPosition;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.ResultWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of the outcome log that this recorder owns, and their way to Redis. Belongs to the recorder's thread.
 *
 * <p>Redis's own position is the truth about where to go on; the group's commit is only a witness of how far Redis once
 * was, and is never moved back by a rebuild.
 */
final class Projection implements OutcomeReader.Assignment {

    private static final Logger log = LoggerFactory.getLogger(Projection.class);

    /** Positions are moved at least this often while records come without a pause. */
    private static final Duration DRAIN_AFTER = Duration.ofMillis(100);

    private static final int DRAIN_AFTER_ENTRIES = 20_000;
    private static final Duration COMMIT_AFTER = Duration.ofSeconds(1);
    private static final Duration LOOK_AFTER = Duration.ofMillis(500);

    private final OutcomeReader reader;
    private final ResultWriter writer;
    private final RecorderMeters meters;
    private final LongSupplier nanoTime;
    private final Map<Integer, Track> tracks = new TreeMap<>();

    private long undrainedSince;
    private int undrainedEntries;
    private long committedAt;
    private long lookedAt;

    /**
     * Owns nothing yet.
     *
     * @param reading makes the reader, which tells this projection what it owns
     * @param nanoTime {@code System::nanoTime}
     */
    Projection(Reading reading, ResultWriter writer, RecorderMeters meters, LongSupplier nanoTime) {
        this.writer = writer;
        this.meters = meters;
        this.nanoTime = nanoTime;
        this.reader = reading.open(this);
        this.committedAt = nanoTime.getAsLong();
        this.lookedAt = committedAt;
    }

    /** Opens a reader of the log in the recorders' group. */
    interface Reading {
        OutcomeReader open(OutcomeReader.Assignment assignment);
    }

    OutcomeReader reader() {
        return reader;
    }

    @Override
    public Map<Integer, Long> assigned(Set<Integer> partitions) {
        for (int partition : partitions) {
            tracks.put(partition, new Track(reader.position(partition)));
        }
        reader.pause(partitions);
        return Map.of();
    }

    @Override
    public void revoked(Set<Integer> partitions) {
        handOver(partitions, true);
    }

    @Override
    public void lost(Set<Integer> partitions) {
        handOver(partitions, false);
    }

    /**
     * Finds out where to go on with the partitions of which that is not known, and reads them from there.
     *
     * @throws RedisUnavailableException it cannot be found out now
     */
    void settle() {
        List<Integer> unsettled = numbers(false);
        if (unsettled.isEmpty()) {
            return;
        }
        Map<Integer, RecordedPosition> positions = writer.positions(unsettled);
        Map<Integer, Long> begins = reader.beginningOffsets(unsettled);
        Map<Integer, Long> ends = reader.endOffsets(unsettled);
        List<Integer> settled = new ArrayList<>();
        Map<Integer, Long> replayed = new TreeMap<>();
        for (int partition : unsettled) {
            RecordedPosition redis = known(positions, partition);
            long begin = known(begins, partition);
            long end = known(ends, partition);
            StartingPoint start = StartingPoint.of(redis, track(partition).witnessed(), begin, end);
            if (settle(partition, redis, start, begin)) {
                settled.add(partition);
                if (start.found()) {
                    replayed.put(partition, end - start.from());
                    meters.rebuilds();
                }
            }
        }
        reader.resume(settled);
        if (!replayed.isEmpty()) {
            log.warn("Redis does not have what it had; replaying from the outcome log, by partition: {}", replayed);
        }
    }

    /**
     * Sends records to Redis.
     *
     * @throws RedisUnavailableException Redis does not take them
     */
    void record(List<OutcomeRecord> records) {
        int next = 0;
        while (next < records.size()) {
            int partition = records.get(next).partition();
            int end = next;
            while (end < records.size() && records.get(end).partition() == partition) {
                end++;
            }
            record(partition, records.subList(next, end));
            next = end;
        }
    }

    /** Whether Redis has not yet answered to something that was sent. */
    boolean isUndrained() {
        return tracks.values().stream().anyMatch(Track::isUndrained);
    }

    boolean isDrainDue() {
        return undrainedEntries >= DRAIN_AFTER_ENTRIES
                || (undrainedEntries > 0 && nanoTime.getAsLong() - undrainedSince >= DRAIN_AFTER.toNanos());
    }

    /**
     * Waits for Redis's answers and moves the positions; now and then commits.
     *
     * @throws RedisUnavailableException Redis does not answer
     */
    void drain() {
        if (isUndrained()) {
            Set<Integer> notMoved = writer.drain();
            tracks.forEach((partition, track) -> {
                if (notMoved.contains(partition)) {
                    track.unsettle();
                } else if (track.isSettled()) {
                    track.drained();
                }
            });
            reader.pause(intersection(notMoved, tracks.keySet()));
            meters.batch(nanoTime.getAsLong() - undrainedSince);
        }
        undrainedEntries = 0;
        if (nanoTime.getAsLong() - committedAt >= COMMIT_AFTER.toNanos()) {
            commit(tracks.keySet());
        }
    }

    /**
     * Now and then, when nothing is on its way, makes sure that Redis still has what it had.
     *
     * @throws RedisUnavailableException Redis does not answer
     */
    void lookForLoss() {
        if (nanoTime.getAsLong() - lookedAt < LOOK_AFTER.toNanos() || isUndrained()) {
            return;
        }
        lookedAt = nanoTime.getAsLong();
        List<Integer> settled = numbers(true);
        Map<Integer, RecordedPosition> positions = writer.positions(settled);
        List<Integer> changed = new ArrayList<>();
        for (int partition : settled) {
            Track track = track(partition);
            if (!known(positions, partition).recorded().equals(OptionalLong.of(track.recorded()))) {
                track.unsettle();
                changed.add(partition);
            } else if (reader.position(partition) > track.sent()) {
                // What retention deleted, or the log's own marks: nothing to record, but a position to reach.
                writer.write(new OutcomeBatch(partition, track.sent(), reader.position(partition), List.of()));
                track.sentUpTo(reader.position(partition));
            }
        }
        reader.pause(changed);
        Map<Integer, Long> ends = reader.endOffsets(tracks.keySet());
        meters.lag(tracks.entrySet().stream()
                .mapToLong(each ->
                        Math.max(0, known(ends, each.getKey()) - each.getValue().recorded()))
                .sum());
    }

    /** After a failure nothing is known any more: reads nothing until {@link #settle} has found out. */
    void unsettle() {
        tracks.values().forEach(Track::unsettle);
        reader.pause(tracks.keySet());
        undrainedEntries = 0;
    }

    /** Brings what is on its way to an end before the thread stops. */
    void finish() {
        try {
            handOver(Set.copyOf(tracks.keySet()), true);
        } finally {
            reader.close();
        }
    }

    /** Makes Redis say what the starting point says, unless somebody else is faster. */
    private boolean settle(int partition, RecordedPosition redis, StartingPoint start, long begin) {
        boolean asItIs = redis.recorded().equals(OptionalLong.of(start.from()))
                && redis.rebuildingUntil().equals(start.rebuildingUntil());
        if (!asItIs && !writer.reposition(partition, redis.recorded(), start.from(), start.rebuildingUntil())) {
            return false;
        }
        if (redis.recorded().isPresent() && redis.recorded().getAsLong() < begin) {
            log.error(
                    "outcome partition {}: records {} to {} were deleted by retention before they were recorded;"
                            + " their results cannot be found",
                    partition,
                    redis.recorded().getAsLong(),
                    begin - 1);
        }
        reader.seek(partition, start.from());
        track(partition).settle(start);
        return true;
    }

    private void record(int partition, List<OutcomeRecord> records) {
        Track track = tracks.get(partition);
        if (track == null || !track.isSettled()) {
            return;
        }
        List<OutcomePack.Entries> packs = new ArrayList<>(records.size());
        for (OutcomeRecord next : records) {
            if (next.offset() >= track.sent()) {
                read(next, packs);
            }
        }
        long end = records.getLast().offset() + 1;
        if (end <= track.sent()) {
            return;
        }
        if (undrainedEntries == 0) {
            undrainedSince = nanoTime.getAsLong();
        }
        writer.write(new OutcomeBatch(partition, track.sent(), end, packs));
        track.sentUpTo(end);
        undrainedEntries += 1;
        for (OutcomePack.Entries pack : packs) {
            undrainedEntries += pack.entries().size();
            meters.recorded(pack.entries());
        }
    }

    private void read(OutcomeRecord next, List<OutcomePack.Entries> packs) {
        try {
            packs.add(OutcomePack.entries(next.pack()));
        } catch (MalformedException e) {
            meters.malformed();
            log.error(
                    "outcome partition {}, offset {}: {} bytes are no outcomes and are skipped ({}); whose they were"
                            + " cannot be told",
                    next.partition(),
                    next.offset(),
                    next.pack().length,
                    e.getMessage());
        }
    }

    /** Another recorder goes on from Redis's position; the more is drained before, the less it repeats. */
    private void handOver(Set<Integer> partitions, boolean commit) {
        try {
            drain();
            if (commit) {
                commit(partitions);
            }
        } catch (RedisUnavailableException e) {
            // Redis's position says where the next owner begins, whatever was on its way.
            log.debug("handing over without a last drain", e);
            unsettle();
        }
        tracks.keySet().removeAll(partitions);
    }

    private void commit(Collection<Integer> partitions) {
        committedAt = nanoTime.getAsLong();
        Map<Integer, Long> offsets = new HashMap<>();
        for (int partition : partitions) {
            Track track = tracks.get(partition);
            if (track != null && track.isSettled() && !track.isRebuilding()) {
                offsets.put(partition, track.recorded());
            }
        }
        if (offsets.isEmpty()) {
            return;
        }
        try {
            reader.commit(offsets);
        } catch (KafkaException e) {
            // Only a witness: the next one does as well, and a Kafka that is really away is noticed by the next poll.
            log.debug("commit left out", e);
        }
    }

    private List<Integer> numbers(boolean settled) {
        return tracks.entrySet().stream()
                .filter(each -> each.getValue().isSettled() == settled)
                .map(Map.Entry::getKey)
                .toList();
    }

    private Track track(int partition) {
        return known(tracks, partition);
    }

    private static <V> V known(Map<Integer, V> byPartition, int partition) {
        V value = byPartition.get(partition);
        if (value == null) {
            throw new IllegalStateException("nothing is known of outcome partition " + partition);
        }
        return value;
    }

    private static List<Integer> intersection(Set<Integer> some, Set<Integer> others) {
        return some.stream().filter(others::contains).toList();
    }
}
