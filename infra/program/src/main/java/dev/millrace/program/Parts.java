package dev.millrace.program;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a program has started, stopped in reverse order. Not thread-safe while starting; {@link #close} may come from
 * any thread, once.
 */
public final class Parts implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Parts.class);

    /** A stop that takes long is asked about: this part says that it was the one. */
    private static final Duration SLOW = Duration.ofSeconds(1);

    private final Deque<Part> parts = new ArrayDeque<>();

    private record Part(String name, AutoCloseable stop) {}

    /** Notes a part that was started just now, and hands it back. */
    public synchronized <T extends AutoCloseable> T add(String name, T part) {
        parts.push(new Part(name, part));
        return part;
    }

    /** Stops every part, the latest first. One that fails to stop is logged and does not keep the others. */
    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            long began = System.nanoTime();
            try {
                part.stop.close();
            } catch (Exception e) {
                log.warn("{} did not stop in order", part.name, e);
            }
            long millis = (System.nanoTime() - began) / 1_000_000;
            if (millis > SLOW.toMillis()) {
                log.info("{} took {} ms to stop", part.name, millis);
            }
        }
    }
}
