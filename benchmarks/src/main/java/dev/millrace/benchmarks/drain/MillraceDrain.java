package dev.millrace.benchmarks.drain;

import dev.millrace.benchmarks.stage.Stage.Backing;
import dev.millrace.worker.Worker;
import dev.millrace.worker.WorkerSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Jedis;

/**
 * The whole way: a worker with a handler that does nothing, the outcome log, the recorder, Redis. The clock runs from
 * the first call of the handler until Redis holds as many keys more as there were events; what else is written meanwhile
 * (positions, the worker's lease) is below 50 keys.
 */
final class MillraceDrain {

    /** Where a recorder comes from. */
    @FunctionalInterface
    interface Recorders {
        /** Starts one; it records until what is answered here is closed. */
        AutoCloseable start(Backing backing) throws IOException;
    }

    /** Longer than any drain is expected to take. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);

    private final Backlog backlog;
    private final Recorders recorders;
    private final AtomicLong start = new AtomicLong();
    private final CountDownLatch started = new CountDownLatch(1);

    MillraceDrain(Backlog backlog, Recorders recorders) {
        this.backlog = backlog;
        this.recorders = recorders;
    }

    Drained run() throws IOException, InterruptedException {
        try (AutoCloseable _ = recorders.start(backlog.backing());
                Jedis redis = new Jedis(backlog.backing().redisSettings().uri())) {
            long before = redis.dbSize();
            try (Worker worker = worker()) {
                if (!started.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException(
                            "nothing was run within " + PATIENCE + "; the worker says: " + worker.state());
                }
                return awaitEnd(redis, before, worker);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the recorder did not stop", e);
        }
    }

    private Worker worker() throws IOException {
        return Worker.builder()
                .kafka(backlog.backing().kafkaSettings())
                .redis(backlog.backing().redisSettings())
                .settings(WorkerSettings.defaults().withRuntimes(Set.of()))
                .handler(Backlog.FUNCTION, byte[].class, (event, context) -> {
                    if (start.get() == 0 && start.compareAndSet(0, System.nanoTime())) {
                        started.countDown();
                    }
                    return null;
                })
                .start();
    }

    private Drained awaitEnd(Jedis redis, long before, Worker worker) {
        long limit = start.get() + backlog.limit().toNanos();
        long patience = start.get() + PATIENCE.toNanos();
        while (true) {
            long now = System.nanoTime();
            long count = redis.dbSize() - before;
            if (count >= backlog.events() || now > limit) {
                return new Drained(Math.min(count, backlog.events()), now - start.get());
            }
            if (now > patience) {
                throw new IllegalStateException("only " + count + " of " + backlog.events() + " events have results, "
                        + worker.running() + " run; the worker says: " + worker.state());
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }
}
