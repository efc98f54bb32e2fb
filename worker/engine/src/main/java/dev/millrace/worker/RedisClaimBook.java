package dev.millrace.worker;

import dev.millrace.redis.Claims;
import dev.millrace.worker.consume.ClaimBook;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Claims in Redis; a claim is as alive as the process that made it. Thread-safe. */
final class RedisClaimBook implements ClaimBook {

    private final String member;
    private final Claims claims;
    private final Supplier<Predicate<String>> living;

    /**
     * A book.
     *
     * @param member this process
     * @param living which processes live at the moment
     */
    RedisClaimBook(String member, Claims claims, Supplier<Predicate<String>> living) {
        this.member = member;
        this.claims = claims;
        this.living = living;
    }

    @Override
    public void claim(LaneId lane, Collection<Delivery> running) {
        put(lane, running, false);
    }

    @Override
    public void done(LaneId lane, Collection<Delivery> finished) {
        put(lane, finished, true);
    }

    @Override
    public Map<Long, Claim> claims(LaneId lane) {
        Map<Long, dev.millrace.redis.Claim> said = claims.of(lane.topic(), lane.partition());
        if (said.isEmpty()) {
            return Map.of();
        }
        Predicate<String> lives = living.get();
        Map<Long, Claim> found = new HashMap<>();
        said.forEach((offset, claim) -> {
            boolean runs = !claim.done() && lives.test(claim.worker());
            found.put(offset, claim.done() ? Claim.DONE : runs ? Claim.RUNNING : Claim.ORPHANED);
        });
        return found;
    }

    @Override
    public void forget(LaneId lane, Collection<Long> offsets) {
        claims.remove(lane.topic(), lane.partition(), offsets);
    }

    @Override
    public void letGo(LaneId lane, Collection<Delivery> running) {
        claims.letGo(lane.topic(), lane.partition(), said(running, false));
    }

    private void put(LaneId lane, Collection<Delivery> deliveries, boolean done) {
        claims.put(lane.topic(), lane.partition(), said(deliveries, done), Map.of());
    }

    private Map<Long, dev.millrace.redis.Claim> said(Collection<Delivery> deliveries, boolean done) {
        Map<Long, dev.millrace.redis.Claim> said = new HashMap<>();
        deliveries.forEach(delivery -> said.put(
                delivery.offset(),
                new dev.millrace.redis.Claim(member, delivery.header().attempt(), done)));
        return said;
    }
}
