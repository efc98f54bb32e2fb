package dev.millrace.kafka;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.contract.TriggerDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Puts events into their triggers' topics and answers when the broker has them. Events go round the partitions that have
 * a leader. Thread-safe, also for virtual threads.
 */
public final class EventPublisher implements AutoCloseable {

    /** How long a caller waits at most for the broker's word. */
    public static final Duration DEFAULT_BOUND = Duration.ofSeconds(5);

    private final KafkaSettings settings;
    private final Duration bound;
    private final RenewedProducer producer;

    /** A publisher with {@link #DEFAULT_BOUND}. */
    public EventPublisher(KafkaSettings settings) {
        this(settings, DEFAULT_BOUND);
    }

    /** @param bound how long a caller waits at most for the broker's word, from one second */
    public EventPublisher(KafkaSettings settings, Duration bound) {
        if (bound.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("the broker needs at least a second to answer, not " + bound);
        }
        this.settings = settings;
        this.bound = bound;
        this.producer = new RenewedProducer(options(settings, bound));
    }

    /**
     * Stores one event and waits for the broker's word, at most for the bound.
     *
     * @return where the event lies
     * @throws NotStoredException when it was not stored and never will be
     * @throws StorageUnknownException when the broker did not tell in time, or the waiting thread was interrupted
     */
    public EventAddress publish(TriggerDefinition trigger, EventHeader header, byte[] event)
            throws NotStoredException, StorageUnknownException {
        return await(trigger, System.nanoTime() + bound.toNanos(), publishAsync(trigger, header, event));
    }

    /** The same into a chosen partition. */
    public EventAddress publish(TriggerDefinition trigger, int partition, EventHeader header, byte[] event)
            throws NotStoredException, StorageUnknownException {
        return await(trigger, System.nanoTime() + bound.toNanos(), publishAsync(trigger, partition, header, event));
    }

    private static EventAddress await(TriggerDefinition trigger, long deadline, CompletableFuture<EventAddress> answer)
            throws NotStoredException, StorageUnknownException {
        try {
            return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case NotStoredException refused -> throw refused;
                case StorageUnknownException unknown -> throw unknown;
                case null, default -> throw new StorageUnknownException(unknownText(trigger), e);
            }
        } catch (TimeoutException e) {
            throw new StorageUnknownException(unknownText(trigger), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageUnknownException(unknownText(trigger), e);
        }
    }

    /**
     * The same without waiting for the answer; it fails with {@link NotStoredException} or
     * {@link StorageUnknownException}. Blocks, for a quarter of the bound at most, while the topic's partitions are not
     * known yet or the send buffer is full.
     */
    public CompletableFuture<EventAddress> publishAsync(TriggerDefinition trigger, EventHeader header, byte[] event) {
        return send(trigger, null, header, event);
    }

    /** The same into a chosen partition, for events whose order or place matters. */
    public CompletableFuture<EventAddress> publishAsync(
            TriggerDefinition trigger, int partition, EventHeader header, byte[] event) {
        return send(trigger, partition, header, event);
    }

    /** Waits for the answers that are outstanding, at most for the bound. */
    @Override
    public void close() {
        producer.close(bound);
    }

    private CompletableFuture<EventAddress> send(
            TriggerDefinition trigger, @Nullable Integer partition, EventHeader header, byte[] event) {
        String topic = settings.topics().trigger(trigger.number());
        List<Header> headers = List.of(new RecordHeader(EventHeader.KEY, EventHeaderCodec.encode(header)));
        CompletableFuture<EventAddress> answer = new CompletableFuture<>();
        Publication publication = new Publication(
                trigger,
                topic,
                (stored, offset) -> new EventAddress(trigger.number(), stored, offset),
                producer,
                answer);
        publication.send(new ProducerRecord<>(topic, partition, null, null, event, headers));
        return answer;
    }

    /**
     * The broker's word comes from the client itself, which gives a record up after the delivery timeout: a record that
     * was given up without ever having left is never sent later. What is left of the bound serves to find that out.
     */
    private static Map<String, Object> options(KafkaSettings settings, Duration bound) {
        int block = Math.toIntExact(bound.toMillis() / 4);
        int delivery = Math.toIntExact(bound.toMillis() * 6 / 10);
        Map<String, Object> options = settings.producer("publisher");
        options.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        options.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, block);
        options.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
        options.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, delivery);
        options.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, RoundRobinPartitioner.class);
        return options;
    }

    private static String unknownText(TriggerDefinition trigger) {
        return "Kafka did not tell in time whether it has the event for " + trigger.ref()
                + ": it may run; repeat with the same idempotency key";
    }
}
