package dev.millrace.dispatcher.record;

import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.OutcomeReader;
import dev.millrace.kafka.OutcomeRecord;
import dev.millrace.redis.RedisUnavailableException;
import dev.millrace.redis.ResultWriter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Projects the outcome log to Redis: one thread, which shares the log's partitions with the recorders of other
 * dispatchers. While Redis is away it waits and keeps its place; what Redis has lost it writes again from the log. It
 * goes on until it is closed, whatever happens.
 */
public final class Recorder implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Recorder.class);
    private static final Duration IDLE_POLL = Duration.ofMillis(100);

    /** Long enough to take what is just coming, short enough to move positions soon after the last record. */
    private static final Duration UNDRAINED_POLL = Duration.ofMillis(5);

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(15);

    private static final Backoff REDIS_AWAY = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));
    private static final Backoff KAFKA_AWAY = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

    private final KafkaSettings kafka;
    private final ResultWriter writer;
    private final RecorderMeters meters;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile Runnable wakeup = () -> {};

    /**
     * Starts to record. Neither Kafka nor Redis need to be there yet.
     *
     * @param writer belongs to the recorder from now on, and is closed with it
     */
    public Recorder(KafkaSettings kafka, ResultWriter writer, MeterRegistry registry) {
        this.kafka = kafka;
        this.writer = writer;
        this.meters = new RecorderMeters(registry);
        this.thread = Thread.ofPlatform().name("recorder").start(this::recordUntilClosed);
    }

    /** Whether it still records, or waits to. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /** Brings what is on its way to an end, leaves the group and stops. */
    @Override
    public void close() {
        closing.countDown();
        wakeup.run();
        try {
            if (!thread.join(CLOSE_WITHIN)) {
                writer.close(); // It hangs on a Redis that takes nothing and says nothing.
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The thread ends by itself.
        }
    }

    private void recordUntilClosed() {
        int failures = 0;
        while (isOpen()) {
            try {
                Projection projection = new Projection(
                        assignment -> OutcomeReader.inGroup(kafka, kafka.recorderGroup(), assignment),
                        writer,
                        meters,
                        System::nanoTime);
                wakeup = projection.reader()::wakeup;
                record(projection);
            } catch (RuntimeException e) {
                failures++;
                Duration pause = KAFKA_AWAY.after(failures);
                log.error("results are recorded later: the outcome log cannot be read; next try in {}", pause, e);
                await(pause);
            }
        }
        writer.close();
    }

    private void record(Projection projection) {
        int failures = 0;
        try {
            while (isOpen()) {
                try {
                    step(projection);
                    failures = 0;
                } catch (RedisUnavailableException e) {
                    failures++;
                    log.debug("recording pauses", e); // The loss itself has been logged where it was noticed.
                    projection.unsettle();
                    // Keeps its place in the group meanwhile; paused partitions bring no records.
                    projection.reader().poll(REDIS_AWAY.after(failures));
                } catch (WakeupException e) {
                    log.debug("woken to close", e);
                }
            }
        } finally {
            projection.finish();
        }
    }

    private static void step(Projection projection) {
        projection.settle();
        List<OutcomeRecord> records = projection.reader().poll(projection.isUndrained() ? UNDRAINED_POLL : IDLE_POLL);
        projection.record(records);
        if (records.isEmpty() || projection.isDrainDue()) {
            projection.drain();
        }
        projection.lookForLoss();
    }

    private boolean isOpen() {
        return closing.getCount() > 0;
    }

    private void await(Duration pause) {
        try {
            if (closing.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                log.debug("closed while waiting for Kafka");
            }
        } catch (InterruptedException e) {
            closing.countDown(); // Whoever interrupts this thread wants it to end.
        }
    }
}
