package dev.millrace.redis;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that Redis is gone and once that it is back, whoever notices. Thread-safe. */
final class Reachability {

    private static final Logger log = LoggerFactory.getLogger(Reachability.class);

    private final String address;
    private final AtomicBoolean lost = new AtomicBoolean();

    Reachability(String address) {
        this.address = address;
    }

    void lost(Exception cause) {
        if (!lost.getPlain() && lost.compareAndSet(false, true)) {
            log.warn(
                    "Redis at {} cannot be used ({}); events are still accepted and executed, results follow when it"
                            + " can",
                    address,
                    cause.getMessage());
        }
    }

    void answered() {
        if (lost.get() && lost.compareAndSet(true, false)) {
            log.info("Redis at {} can be used again", address);
        }
    }
}
