package dev.millrace.worker;

import dev.millrace.redis.Claim;
import dev.millrace.redis.Claims;
import dev.millrace.worker.consume.ClaimBook;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Claims what runs for long, while it runs, so that whoever gets its lane knows that it was begun. Said again every time, in
 * case Redis forgot. Of one thread.
 */
final class LongRunClaims {

    private final String member;
    private final Function<Duration, List<Delivery>> runningLongerThan;
    private final Claims claims;
    private Set<RunKey> told = Set.of();

    private record RunKey(LaneId lane, long offset) {}

    LongRunClaims(String member, Function<Duration, List<Delivery>> runningLongerThan, Claims claims) {
        this.member = member;
        this.runningLongerThan = runningLongerThan;
        this.claims = claims;
    }

    /** Claims what runs now. */
    void tell() {
        Map<LaneId, Map<Long, Claim>> fresh = new HashMap<>();
        Map<LaneId, Map<Long, Claim>> again = new HashMap<>();
        Set<RunKey> now = new HashSet<>();
        for (Delivery delivery : runningLongerThan.apply(ClaimBook.LONG_RUN)) {
            RunKey run = new RunKey(delivery.lane(), delivery.offset());
            now.add(run);
            (told.contains(run) ? again : fresh)
                    .computeIfAbsent(run.lane(), lane -> new HashMap<>())
                    .put(run.offset(), new Claim(member, delivery.header().attempt(), false));
        }
        Set<LaneId> lanes = new HashSet<>(fresh.keySet());
        lanes.addAll(again.keySet());
        for (LaneId lane : lanes) {
            claims.put(
                    lane.topic(),
                    lane.partition(),
                    fresh.getOrDefault(lane, Map.of()),
                    again.getOrDefault(lane, Map.of()));
        }
        told = now;
    }
}
