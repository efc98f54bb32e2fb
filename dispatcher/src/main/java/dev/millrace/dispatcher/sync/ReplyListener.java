package dev.millrace.dispatcher.sync;

import dev.millrace.kafka.ReplyReader;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that reads this dispatcher's partition of the replies topic and hands each reply to who waits for it. */
final class ReplyListener implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReplyListener.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final ReplyReader reader;
    private final PendingCalls pending;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("reply-listener").unstarted(this::listen);
    private volatile boolean closed;

    /** @param reader its position is known: no reply to a later call is missed */
    ReplyListener(ReplyReader reader, PendingCalls pending) {
        this.reader = reader;
        this.pending = pending;
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        reader.wakeup();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The thread closes its consumer by itself.
        }
    }

    private void listen() {
        boolean silent = false;
        try (reader) {
            while (!closed) {
                try {
                    reader.poll(POLL).forEach(pending::reply);
                    silent = false;
                } catch (KafkaException e) {
                    if (!silent) {
                        log.warn("replies to synchronous calls cannot be read; trying on: {}", e.toString());
                        silent = true;
                    }
                    LockSupport.parkNanos(this, PAUSE_NANOS);
                }
            }
        }
    }
}
