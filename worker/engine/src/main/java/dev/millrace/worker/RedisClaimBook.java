package dev.millrace.worker;

import dev.millrace.redis.Claims;
import dev.millrace.redis.WorkerLeases;
import dev.millrace.worker.consume.ClaimBook;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Claims in Redis; a claim is as alive as the lease of the worker that made it. Thread-safe. */
final class RedisClaimBook implements ClaimBook {

    private final String worker;
    private final Claims claims;
    private final WorkerLeases leases;

    RedisClaimBook(String worker, Claims claims, WorkerLeases leases) {
        this.worker = worker;
        this.claims = claims;
        this.leases = leases;
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
        Map<String, Boolean> alive = new HashMap<>();
        Map<Long, Claim> found = new HashMap<>();
        claims.of(lane.topic(), lane.partition()).forEach((offset, claim) -> {
            boolean runs = !claim.done() && alive.computeIfAbsent(claim.worker(), leases::isLive);
            found.put(offset, claim.done() ? Claim.DONE : runs ? Claim.RUNNING : Claim.ORPHANED);
        });
        return found;
    }

    @Override
    public void forget(LaneId lane, Collection<Long> offsets) {
        claims.remove(lane.topic(), lane.partition(), offsets);
    }

    private void put(LaneId lane, Collection<Delivery> deliveries, boolean done) {
        for (Delivery delivery : deliveries) {
            int attempt = delivery.header().attempt();
            claims.put(
                    lane.topic(),
                    lane.partition(),
                    delivery.offset(),
                    new dev.millrace.redis.Claim(worker, attempt, done));
        }
    }
}
