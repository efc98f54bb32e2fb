package dev.millrace.dispatcher.dead;

import dev.millrace.contract.EventAddress;
import dev.millrace.kafka.DeadLetterChange;
import dev.millrace.kafka.DeadLetterEvents;
import dev.millrace.kafka.DeadLetterPlace;
import dev.millrace.kafka.DeadLetterReader;
import dev.millrace.kafka.DeadLetterWriter;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.Stored;
import dev.millrace.kafka.StoredDeadLetter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead letters of the installation: an index that one thread keeps up with the topic, the letters themselves with
 * their events, and their retraction. Thread-safe. While Kafka is away the index shows what it knows; everything else
 * throws {@link KafkaUnavailableException}.
 */
public final class DeadLetters implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration FIRST_READING = Duration.ofSeconds(4);
    private static final Duration STORING = Duration.ofSeconds(5);

    private final KafkaSettings settings;
    private final InstantSource clock;
    private final DeadLetterIndex index = new DeadLetterIndex(DeadLetterIndex.MOST);
    private final DeadLetterEvents events;
    private final DeadLetterWriter writer;
    private final CountDownLatch complete = new CountDownLatch(1);
    private final Thread reading =
            Thread.ofPlatform().daemon().name("dead-letters").unstarted(this::read);
    private volatile boolean closed;

    private DeadLetters(KafkaSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.events = new DeadLetterEvents(settings);
        this.writer = new DeadLetterWriter(settings, STORING);
    }

    /** Begins to read the topic. */
    public static DeadLetters start(KafkaSettings settings, InstantSource clock, MeterRegistry meters) {
        DeadLetters letters = new DeadLetters(settings, clock);
        Gauge.builder("millrace.dead.letters", letters.index, DeadLetterIndex::size)
                .description("Dead letters that are listed")
                .register(meters);
        Gauge.builder("millrace.dead.letters.unlisted", letters.index, DeadLetterIndex::unlisted)
                .description("Dead letters left out of the list since the start, because there were too many")
                .register(meters);
        letters.reading.start();
        return letters;
    }

    /** Which there are. Waits, for a few seconds at most, while the topic is read for the first time. */
    public DeadLetterIndex index() {
        try {
            if (complete.await(FIRST_READING.toMillis(), TimeUnit.MILLISECONDS)) {
                return index;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new KafkaUnavailableException(
                "the dead letters are still being read from Kafka; ask again in a moment", null);
    }

    /** The dead letters at these places with their events; those that are not kept any more are missing. */
    public List<StoredDeadLetter> read(Collection<DeadLetterPlace> places) {
        return events.read(places);
    }

    /** Lets the dead letters of these invocations go; returns when the broker knows. */
    public void retract(Collection<EventAddress> addresses) {
        List<CompletableFuture<EventAddress>> answers = new ArrayList<>();
        for (EventAddress address : addresses) {
            CompletableFuture<EventAddress> answer = new CompletableFuture<>();
            answers.add(answer);
            writer.retract(address, new Stored() {
                @Override
                public void stored(long offset) {
                    index.retract(address);
                    answer.complete(address);
                }

                @Override
                public void failed(Exception why) {
                    answer.completeExceptionally(why);
                }
            });
        }
        try {
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                    .get(2 * STORING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaUnavailableException("Kafka did not let dead letters go: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaUnavailableException("interrupted while Kafka was asked to let dead letters go", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(reading);
        try {
            reading.join(Duration.ofSeconds(1)); // It only reads: a Kafka that is away is not waited for.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        events.close();
        writer.close();
    }

    private void read() {
        try (DeadLetterReader reader = new DeadLetterReader(settings)) {
            boolean silent = false;
            while (!closed) {
                try {
                    reader.poll(POLL).forEach(this::take);
                    if (complete.getCount() > 0 && reader.isAtEnd()) {
                        complete.countDown();
                    }
                    index.forgetBefore(clock.millis() - DeadLetterReader.RETENTION.toMillis());
                    silent = false;
                } catch (KafkaException e) {
                    if (!silent) {
                        log.warn("the dead letters cannot be read now; trying on: {}", e.toString());
                        silent = true;
                    }
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            }
        }
    }

    /** A letter told again after its retraction would be taken for alive by the next reader: compaction keeps the last. */
    private void take(DeadLetterChange change) {
        if (!index.take(change) && change instanceof DeadLetterChange.Buried buried) {
            EventAddress address = buried.letter().address();
            writer.retract(address, new Stored() {
                @Override
                public void stored(long offset) {
                    log.debug("the dead letter of {} was told again and is retracted again", address);
                }

                @Override
                public void failed(Exception why) {
                    log.warn(
                            "the dead letter of {} was told again and may be listed again: {}",
                            address,
                            why.toString());
                }
            });
        }
    }
}
