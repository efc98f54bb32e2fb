package dev.millrace.worker.delay;

import dev.millrace.contract.DelayClass;
import dev.millrace.contract.OffsetMap;
import dev.millrace.worker.consume.LaneId;
import java.util.Map;
import java.util.TreeMap;

/**
 * A worker's view of one assigned partition of a delay topic: what was taken into memory, what is delivered, and so what
 * may be committed. Offsets come in order and are done in the order in which they are due. No clock, no lock, no Kafka:
 * owned by the thread that reads.
 */
final class DelayLane {

    private final LaneId id;
    private final DelayClass length;
    private final OffsetMap known;
    /** Taken and not done, by offset, with the bytes each weighs. */
    private final TreeMap<Long, Integer> open = new TreeMap<>();

    private long next;
    private long bytes;
    private long committed;
    private long news;
    private long lookedAt = -1;
    private long lookedAtSince;

    /** @param known what the commit it starts from says; its committed offset is where the lane begins */
    DelayLane(LaneId id, DelayClass length, OffsetMap known) {
        this.id = id;
        this.length = length;
        this.known = known;
        this.next = known.committed();
    }

    LaneId id() {
        return id;
    }

    DelayClass length() {
        return length;
    }

    /** The offset that is expected; a lower one means that the broker's log was cut and written anew. */
    long next() {
        return next;
    }

    /** Whether the last owner has done this offset already. */
    boolean isDone(long offset) {
        return known.isDone(offset);
    }

    /** When this offset was looked at first, if it is the one that was looked at last; else now. */
    long seenAt(long offset, long now) {
        if (offset != lookedAt) {
            lookedAt = offset;
            lookedAtSince = now;
        }
        return lookedAtSince;
    }

    /** Takes an offset, to be done later. */
    void taken(long offset, int weight) {
        if (offset < next) {
            throw new IllegalArgumentException(id + " expects offset " + next + ", not " + offset);
        }
        next = offset + 1;
        open.put(offset, weight);
        bytes += weight;
    }

    /** Passes an offset of which nothing is left to do. */
    void passed(long offset) {
        next = Math.max(next, offset + 1);
        news++;
    }

    /** What was taken with this offset is stored elsewhere. A late or repeated word changes nothing. */
    void done(long offset, long epoch) {
        Integer weight = epoch == id.epoch() ? open.remove(offset) : null;
        if (weight != null) {
            bytes -= weight;
            news++;
        }
    }

    /** The first offset that is not done: what may be committed. */
    long frontier() {
        return open.isEmpty() ? known.doneUntil(next) : open.firstKey();
    }

    /** What is done from the frontier on, as far as a text of this length can say. */
    OffsetMap offsetMap(int maxLength) {
        long frontier = frontier();
        OffsetMap.Builder map = new OffsetMap.Builder(frontier, maxLength);
        long from = frontier;
        for (Map.Entry<Long, Integer> entry : open.entrySet()) {
            map.done(from, entry.getKey());
            from = entry.getKey() + 1;
        }
        map.done(from, next);
        known.copyFrom(Math.max(frontier, next), map);
        return map.build();
    }

    /** Bytes held. */
    long bytes() {
        return bytes;
    }

    /** How many are held. */
    int size() {
        return open.size();
    }

    /** Whether a commit would say something new. */
    boolean hasNews() {
        return news != committed;
    }

    /** A number to be told to {@link #committed} when the broker has a commit that was made now. */
    long news() {
        return news;
    }

    /** The broker has a commit that was made when {@link #news} was so. */
    void committed(long newsThen) {
        committed = Math.max(committed, newsThen);
    }
}
