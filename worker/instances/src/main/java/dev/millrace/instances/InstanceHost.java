package dev.millrace.instances;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All instances of one worker: what they share, and the promise that none outlives it. When the host is closed, or the
 * worker dies without closing it, every process of every instance is killed. Thread-safe.
 *
 * <pre>{@code
 * try (InstanceHost host = InstanceHost.open(Interpreters.on(System.getenv("PATH")), directory)) {
 *     InstancePool pool = host.pool(spec, new PoolLimits(8, Duration.ofMinutes(5)));
 *     Run run = pool.run(requestId, event);
 * }
 * }</pre>
 */
public final class InstanceHost implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(InstanceHost.class);
    private static final Duration RECLAIM_EVERY = Duration.ofSeconds(1);

    private final ChildProcesses launcher;
    private final Growth growth;
    private final BootGate boots = BootGate.ofThisMachine();
    private final Set<InstancePool> pools = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    private InstanceHost(ChildProcesses launcher, Growth growth) {
        this.launcher = launcher;
        this.growth = growth;
        Thread.ofPlatform().name("instance-reclaimer").daemon().start(this::reclaimUntilClosed);
    }

    /**
     * Prepares to run instances.
     *
     * @param interpreters what there is to run them with; a missing interpreter is reported by the runs that need it
     * @param directory for bootstraps and the instances' temporary files; created if missing, for this host alone
     * @throws IOException when the directory cannot be written or a process cannot be started
     */
    public static InstanceHost open(Interpreters interpreters, Path directory) throws IOException {
        return open(interpreters, directory, Growth.FREE);
    }

    /**
     * The same, with somebody who is asked before each start of an instance.
     *
     * @throws IOException when the directory cannot be written or a process cannot be started
     */
    public static InstanceHost open(Interpreters interpreters, Path directory, Growth growth) throws IOException {
        return new InstanceHost(new ChildProcesses(interpreters, (command, spec) -> command, directory), growth);
    }

    /** A new, empty pool for a function version. Closing it is up to the caller; the host closes what is left. */
    public InstancePool pool(InstanceSpec spec, PoolLimits limits) {
        pools.removeIf(InstancePool::isEnded);
        InstancePool pool =
                new InstancePool(new InstanceStarter(spec, launcher, growth, boots), limits, System::nanoTime);
        pools.add(pool);
        return pool;
    }

    /** Ends all instances now; runs in progress end as {@link RunEnd.Stopped}. */
    @Override
    public void close() {
        closed.countDown();
        List.copyOf(pools).forEach(InstancePool::close);
        launcher.close();
    }

    /** What the environment of all processes of this host begins an entry with. */
    String mark() {
        return launcher.mark();
    }

    private void reclaimUntilClosed() {
        try {
            while (!closed.await(RECLAIM_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                reclaimIdle();
            }
        } catch (InterruptedException e) {
            log.error("The thread that reclaims idle instances was interrupted; they are kept from now on", e);
        }
    }

    private void reclaimIdle() {
        for (InstancePool pool : pools) {
            try {
                pool.reclaimIdle();
            } catch (RuntimeException e) {
                log.error(
                        "Reclaiming idle instances of {} failed; they are kept until the next try",
                        pool.spec().function(),
                        e);
            }
        }
    }
}
