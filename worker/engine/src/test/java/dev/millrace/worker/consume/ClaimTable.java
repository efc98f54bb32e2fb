package dev.millrace.worker.consume;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** A claim book in memory that several workers of a test share. A worker is alive unless the test says it died. */
final class ClaimTable implements ClaimBook {

    private final Map<String, Map<Long, Claim>> byPartition = new HashMap<>();

    @Override
    public synchronized void claim(LaneId lane, Collection<Delivery> running) {
        running.forEach(delivery -> of(lane).put(delivery.offset(), Claim.RUNNING));
    }

    @Override
    public synchronized void done(LaneId lane, Collection<Delivery> finished) {
        finished.forEach(delivery -> of(lane).computeIfPresent(delivery.offset(), (offset, claim) -> Claim.DONE));
    }

    @Override
    public synchronized void letGo(LaneId lane, Collection<Delivery> running) {
        running.forEach(delivery -> of(lane).computeIfPresent(
                        delivery.offset(), (offset, claim) -> claim.equals(Claim.RUNNING) ? Claim.ORPHANED : claim));
    }

    @Override
    public synchronized Map<Long, Claim> claims(LaneId lane) {
        return Map.copyOf(of(lane));
    }

    @Override
    public synchronized void forget(LaneId lane, Collection<Long> offsets) {
        of(lane).keySet().removeAll(offsets);
    }

    synchronized int size() {
        return byPartition.values().stream().mapToInt(Map::size).sum();
    }

    /** Every worker that claimed anything is dead. */
    synchronized void allDie() {
        byPartition
                .values()
                .forEach(claims ->
                        claims.replaceAll((offset, claim) -> claim.equals(Claim.RUNNING) ? Claim.ORPHANED : claim));
    }

    private Map<Long, Claim> of(LaneId lane) {
        return byPartition.computeIfAbsent(lane.topic() + "-" + lane.partition(), partition -> new TreeMap<>());
    }
}
