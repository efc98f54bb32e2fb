package dev.millrace.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once that Redis is gone and once that it is back, whoever notices. One that refuses every other command, as a replica or a
 * full one does, is not back until it has refused nothing for a while. Thread-safe.
 */
final class Reachability {

    private static final Logger log = LoggerFactory.getLogger(Reachability.class);

    private static final long STEADY_NANOS = Duration.ofSeconds(2).toNanos();

    private final String address;
    private volatile long lostAt;
    private final AtomicBoolean lost = new AtomicBoolean();

    Reachability(String address) {
        this.address = address;
    }

    void lost(Exception cause) {
        lostAt = System.nanoTime();
        if (!lost.getPlain() && lost.compareAndSet(false, true)) {
            log.warn(
                    "Redis at {} cannot be used ({}); events are still accepted and executed, results follow when it"
                            + " can",
                    address,
                    cause.getMessage());
        }
    }

    void answered() {
        if (lost.get() && System.nanoTime() - lostAt > STEADY_NANOS && lost.compareAndSet(true, false)) {
            log.info("Redis at {} can be used again", address);
        }
    }
}
