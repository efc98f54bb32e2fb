package dev.millrace.kafka;

import dev.millrace.contract.DelayClass;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.contract.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Puts events that are not due yet into delay topics, and those that are back into their triggers' topics. A copy carries
 * where its event was first stored. Storing one twice does no harm: copies are told apart by event and attempt.
 * Thread-safe.
 */
public final class DelayWriter implements AutoCloseable {

    private static final Duration CLOSING = Duration.ofSeconds(10);
    private static final int DELIVERY_MILLIS = 30_000;
    private static final int REQUEST_MILLIS = 10_000;
    private static final int BLOCK_MILLIS = 5_000;

    private final Topics topics;
    private final InstantSource clock;
    private final RenewedProducer producer;

    /** @param clock by which is decided how long a copy rests, and by which copies are stamped: the one that their headers go by */
    public DelayWriter(KafkaSettings settings, InstantSource clock) {
        this.topics = settings.topics();
        this.clock = clock;
        Map<String, Object> options = settings.producer("delay-writer");
        options.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        options.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        options.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MILLIS);
        this.producer = new RenewedProducer(options);
    }

    /**
     * Lets an event rest, about as long as its header's {@code notBefore} says.
     *
     * @param header of the copy, with its origin
     */
    public void rest(EventHeader header, byte[] event, Stored stored) {
        EventAddress origin = originOf(header);
        DelayClass length = DelayClass.of(Duration.ofMillis(header.notBefore() - clock.millis()));
        send(topics.delay(length), Topics.delayPartition(origin), header, event, stored);
    }

    /**
     * Puts an event that is due into the partition of its trigger's topic where it was first stored. Blocks for some
     * seconds when there is no such partition.
     *
     * @param header of the copy, with its origin
     */
    public void deliver(EventHeader header, byte[] event, Stored stored) {
        EventAddress origin = originOf(header);
        send(topics.trigger(origin.trigger()), origin.partition(), header, event, stored);
    }

    /** Waits up to ten seconds for what is under way; what remains is told as failed. */
    @Override
    public void close() {
        producer.close(CLOSING);
    }

    private void send(String topic, int partition, EventHeader header, byte[] event, Stored stored) {
        RecordHeader carried = new RecordHeader(EventHeader.KEY, EventHeaderCodec.encode(header));
        ProducerRecord<byte[], byte[]> copy =
                new ProducerRecord<>(topic, partition, clock.millis(), null, event, List.of(carried));
        RenewedProducer.Line line = producer.line();
        try {
            line.send(copy, (where, failure) -> {
                if (failure == null) {
                    stored.stored(where.offset());
                } else {
                    stored.failed(failure);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            if (!(e instanceof ApiException || e instanceof InterruptException)) {
                producer.renew(line, e);
            }
            stored.failed(e);
        }
    }

    private static EventAddress originOf(EventHeader header) {
        EventAddress origin = header.origin();
        if (origin == null) {
            throw new IllegalArgumentException("a copy says where its event was first stored");
        }
        return origin;
    }
}
