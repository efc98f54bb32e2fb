package dev.millrace.dispatcher.sync;

import dev.millrace.redis.CallWorker;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.RequestPartitions;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers that take calls, as this dispatcher knows them: looked at four times a second, and kept as they were last seen
 * while Redis is away. Thread-safe.
 */
final class CallFleet implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CallFleet.class);

    private static final Duration BEHIND_ANOTHER = Duration.ofMillis(300);
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private final RequestPartitions partitions;
    private final LongConsumer lost;
    private final ReentrantLock look = new ReentrantLock();
    private final LostLeases leases = new LostLeases();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("call-fleet").unstarted(this::lookUntilClosed);

    private volatile Map<Integer, CallWorker> workers = Map.of();

    /** When leases were found to be lost, {@code System.nanoTime}: calls that were sent at that moment look here. */
    private final Map<Long, Long> lostAt = new ConcurrentHashMap<>();

    /** @param lost told of leases whose holders are gone */
    CallFleet(RequestPartitions partitions, LongConsumer lost) {
        this.partitions = partitions;
        this.lost = lost;
    }

    void start() {
        thread.start();
    }

    /** Who takes calls, by partition. Cheap. */
    Map<Integer, CallWorker> workers() {
        return workers;
    }

    /** Nobody waits behind a look that takes long: what was seen last has to do. */
    private boolean isMyTurn() {
        try {
            return look.tryLock(BEHIND_ANOTHER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Who takes calls at this moment; who was seen last when Redis does not answer. */
    Map<Integer, CallWorker> lookNow() {
        if (!isMyTurn()) {
            return workers;
        }
        try {
            Map<Integer, CallWorker> found = partitions.workers();
            workers = found;
            Set<Long> present = found.values().stream().map(CallWorker::lease).collect(Collectors.toUnmodifiableSet());
            long now = System.nanoTime();
            lostAt.values().removeIf(then -> now - then > REMEMBERED.toNanos());
            for (long lease : leases.look(present, now)) {
                lostAt.put(lease, now);
                lost.accept(lease);
            }
        } catch (RedisUnavailableException e) {
            leases.couldNotLook();
            log.debug("the workers that take calls cannot be looked at: {}", e.getMessage());
        } finally {
            look.unlock();
        }
        return workers;
    }

    /** Whether the holder of this lease was found to be gone. */
    boolean isLost(long lease) {
        return lostAt.containsKey(lease);
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookUntilClosed() {
        try {
            while (!closed.await(RequestPartitions.RENEW.toMillis(), TimeUnit.MILLISECONDS)) {
                lookNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody does that.
        }
    }
}
