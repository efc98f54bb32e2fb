package dev.millrace.worker.sync;

import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.RequestPartitions;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partition of the requests topic that is this worker's, and what the worker says of itself. One thread of its own takes
 * a partition, renews the lease, and takes another one when somebody else has the first. While Redis is away nobody can
 * take the partition, so it is kept. Thread-safe.
 *
 * <p>Every call names the lease of the worker it is meant for. A process that stood still gets a new lease: what was sent to
 * the old one may have been given up by its callers, and is not run.
 */
final class PartitionLease implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PartitionLease.class);

    private final String holder;
    private final RequestPartitions partitions;
    private final CallStanding standing;
    private final LongSupplier stops;
    private final Runnable changed;
    private final Semaphore hurry = new Semaphore(0);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("call-lease").unstarted(this::renewUntilClosed);

    private volatile @Nullable Tenure tenure;
    private volatile long lease = drawn();
    private volatile long stopsOfLease;
    private volatile boolean open;
    private volatile boolean closed;
    /** Of the lease's thread alone. */
    private long epoch;

    private boolean toldThatNoneIsFree;

    /**
     * @param holder who holds it: another one for each process
     * @param stops how often this process has stood still for so long that others may have taken it for dead
     * @param changed told when the worker has another partition
     */
    PartitionLease(
            String holder, RequestPartitions partitions, CallStanding standing, LongSupplier stops, Runnable changed) {
        this.holder = holder;
        this.partitions = partitions;
        this.standing = standing;
        this.stops = stops;
        this.changed = changed;
    }

    void start() {
        stopsOfLease = stops.getAsLong();
        thread.start();
    }

    /** The partition that is to be read now; {@code null} while there is none. */
    @Nullable
    Tenure tenure() {
        return tenure;
    }

    /** Whether a call that was sent to this lease may be run: nobody can have given it up. */
    boolean covers(long leaseOfCall) {
        return leaseOfCall == lease && stops.getAsLong() == stopsOfLease;
    }

    /** The partition is read: calls may come. */
    void open() {
        open = true;
        hurry.release();
    }

    /** No more calls shall come. */
    void shut() {
        open = false;
        hurry.release();
    }

    /** Ends the lease in Redis too, when Redis answers. */
    @Override
    public void close() {
        closed = true;
        hurry.release();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
            Tenure last = tenure;
            if (last != null) {
                partitions.release(last.partition(), holder);
            }
        } catch (RedisUnavailableException e) {
            log.debug("the lease ends by itself within its time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Likewise.
        }
    }

    private void renewUntilClosed() {
        try {
            while (!closed) {
                renew();
                if (hurry.tryAcquire(RequestPartitions.RENEW.toMillis(), TimeUnit.MILLISECONDS)) {
                    hurry.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody does that; the lease ends by itself.
        }
    }

    private void renew() {
        long stopsNow = stops.getAsLong();
        if (stopsNow != stopsOfLease) {
            lease = drawn();
            stopsOfLease = stopsNow;
        }
        try {
            Tenure present = tenure;
            if (present == null) {
                take();
            } else if (!partitions.renew(present.partition(), holder, standing.worker(lease, open))) {
                log.warn("another worker took partition {} for calls: this one takes another", present.partition());
                open = false;
                tenure = null;
                take();
            }
        } catch (RedisUnavailableException e) {
            log.debug("the lease of the partition for calls was not renewed: {}", e.getMessage());
        }
    }

    private void take() {
        lease = drawn();
        OptionalInt partition = partitions.take(holder, standing.worker(lease, false));
        if (partition.isPresent()) {
            toldThatNoneIsFree = false;
            tenure = new Tenure(partition.getAsInt(), ++epoch);
            changed.run();
        } else if (!toldThatNoneIsFree) {
            toldThatNoneIsFree = true;
            log.warn("every partition for synchronous calls has a worker: this one takes none, events are run as ever");
        }
    }

    private static long drawn() {
        return ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    }
}
