package dev.millrace.dispatcher;

import dev.millrace.program.Health;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a backend something small every few seconds, so that readiness is answered at once. Logs when the answer changes.
 * One thread of its own.
 */
final class Probe implements Health.Part, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Probe.class);
    private static final Duration EVERY = Duration.ofSeconds(3);

    private final String name;
    private final Supplier<String> question;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile String state = Health.OK;

    private Probe(String name, Supplier<String> question) {
        this.name = name;
        this.question = question;
        this.thread = Thread.ofVirtual().name("probe-" + name).unstarted(this::probe);
    }

    /**
     * Starts asking.
     *
     * @param name of the backend, for the log
     * @param question answers {@link Health#OK} or why not; may block
     */
    static Probe start(String name, Supplier<String> question) {
        Probe probe = new Probe(name, question);
        probe.thread.start();
        return probe;
    }

    /** The latest answer. */
    @Override
    public String state() {
        return state;
    }

    /** Asks no further question. One under way is not cut off: its client would take that for the end of the backend. */
    @Override
    public void close() {
        closing.countDown();
    }

    private void probe() {
        try {
            do {
                note(question.get());
            } while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (closing.getCount() > 0) {
                log.error("{} is no longer probed", name, e);
            }
        }
    }

    private void note(String now) {
        if (!now.equals(state) && closing.getCount() > 0) {
            log.warn("{}: {}", name, now);
        }
        state = now;
    }
}
