package dev.millrace.dispatcher.record;

import dev.millrace.redis.RecordedPosition;
import java.util.OptionalLong;

/**
 * Where the recorder begins with a partition. Pure.
 *
 * @param from the offset to read first
 * @param rebuildingUntil present when what lies before this offset was in Redis once and is not any more
 * @param found whether that was found out now: neither known already, nor the first start of all
 */
record StartingPoint(long from, OptionalLong rebuildingUntil, boolean found) {

    /**
     * Decides.
     *
     * @param redis what Redis says
     * @param witnessed how far Redis may once have had it: what this recorder has sent, or the group's commit
     * @param begin the first offset that is still in the log
     * @param end the offset after the last
     */
    static StartingPoint of(RecordedPosition redis, long witnessed, long begin, long end) {
        if (redis.recorded().isEmpty()) {
            return begin == end
                    ? new StartingPoint(begin, OptionalLong.empty(), false)
                    : new StartingPoint(begin, OptionalLong.of(end), witnessed > begin);
        }
        long recorded = redis.recorded().getAsLong();
        if (recorded > end) {
            // Another log than the one it was recorded from: the topic was made anew.
            return new StartingPoint(begin, OptionalLong.of(end), true);
        }
        long from = Math.max(recorded, begin);
        if (redis.rebuildingUntil().isPresent()) {
            return new StartingPoint(from, redis.rebuildingUntil(), false);
        }
        return recorded < witnessed
                ? new StartingPoint(from, OptionalLong.of(end), true)
                : new StartingPoint(from, OptionalLong.empty(), false);
    }
}
