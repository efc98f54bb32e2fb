package dev.millrace.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.SetParams;

/** Which workers live, and what they say about themselves. Thread-safe. */
public final class WorkerLeases {

    /** A worker that has not refreshed its lease for this long is taken for dead. */
    public static final Duration TTL = Duration.ofSeconds(3);

    /** How often a worker refreshes its lease. */
    public static final Duration REFRESH = Duration.ofMillis(500);

    private static final Duration DRAIN_REQUEST_KEPT = Duration.ofHours(1);

    private final Redis redis;
    private final Keys keys;

    /** Leases in this Redis. */
    public WorkerLeases(Redis redis) {
        this.redis = redis;
        this.keys = redis.keys();
    }

    /**
     * What Redis knew when a lease was refreshed.
     *
     * @param held whether the lease was there; one that should have been and was not says that Redis has forgotten
     * @param drainRequested whether the worker has been asked to drain
     */
    public record Refreshed(boolean held, boolean drainRequested) {}

    /**
     * Says that a worker lives, for another {@link #TTL}.
     *
     * @throws RedisUnavailableException Redis does not answer, or refuses
     */
    public Refreshed refresh(WorkerDetails details) {
        byte[] json = WorkerJson.write(details);
        List<Response<Boolean>> known = new ArrayList<>(2);
        redis.pipelined("a lease", pipeline -> {
            known.clear();
            known.add(pipeline.exists(keys.lease(details.worker())));
            pipeline.set(
                    keys.lease(details.worker()), json, SetParams.setParams().px(TTL.toMillis()));
            pipeline.sadd(keys.workers(), WorkerJson.bytes(details.worker()));
            known.add(pipeline.exists(keys.drain(details.worker())));
        });
        return new Refreshed(known.getFirst().get(), known.getLast().get());
    }

    /** Gives a lease back, at an orderly end. */
    public void release(String worker) {
        redis.pipelined("the end of a lease", pipeline -> {
            pipeline.del(keys.lease(worker));
            pipeline.del(keys.drain(worker));
            pipeline.srem(keys.workers(), WorkerJson.bytes(worker));
        });
    }

    /** Whether a worker's lease holds. */
    public boolean isLive(String worker) {
        return redis.call("a look at a lease", jedis -> jedis.exists(keys.lease(worker)));
    }

    /** Every worker whose lease holds, in the order of their names. */
    public List<WorkerDetails> live() {
        Set<byte[]> seen = redis.call("the list of workers", jedis -> jedis.smembers(keys.workers()));
        List<String> names = seen.stream().map(WorkerJson::text).sorted().toList();
        if (names.isEmpty()) {
            return List.of();
        }
        byte[][] leases = names.stream().map(keys::lease).toArray(byte[][]::new);
        List<byte[]> found = redis.call("the leases of workers", jedis -> jedis.mget(leases));
        List<WorkerDetails> live = new ArrayList<>();
        List<byte[]> dead = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (found.get(i) == null) {
                dead.add(WorkerJson.bytes(names.get(i)));
            } else {
                WorkerJson.read(found.get(i)).ifPresent(live::add);
            }
        }
        if (!dead.isEmpty()) {
            // A worker that comes back adds itself again with its next refresh.
            redis.call("the list of workers", jedis -> jedis.srem(keys.workers(), dead.toArray(byte[][]::new)));
        }
        return live;
    }

    /**
     * Asks a worker to finish what it runs and take nothing new; it learns with its next refresh.
     *
     * @return whether the worker lives
     */
    public boolean requestDrain(String worker) {
        redis.call(
                "a request to drain",
                jedis -> jedis.set(
                        keys.drain(worker),
                        new byte[] {'1'},
                        SetParams.setParams().ex(DRAIN_REQUEST_KEPT.toSeconds())));
        return isLive(worker);
    }
}
