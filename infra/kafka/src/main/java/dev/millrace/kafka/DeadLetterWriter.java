package dev.millrace.kafka;

import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.DeadLetterCodec;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Writes the topic of dead letters. What is said of one invocation arrives in the order of the calls; saying it twice
 * does no harm. Thread-safe.
 */
public final class DeadLetterWriter implements AutoCloseable {

    private static final Duration CLOSING = Duration.ofSeconds(10);

    private final String topic;
    private final RenewedProducer producer;

    /** @param delivery how long the client tries to hand a record over before it is told as failed */
    public DeadLetterWriter(KafkaSettings settings, Duration delivery) {
        topic = settings.topics().dead();
        Map<String, Object> options = settings.producer("dead-letters");
        int millis = Math.toIntExact(delivery.toMillis());
        options.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
        options.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(millis, 30_000));
        options.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.min(millis, 5_000));
        producer = new RenewedProducer(options);
    }

    /**
     * Keeps an event that was given up. Blocks, for a few seconds at most, while the topic is not known yet or the send
     * buffer is full.
     *
     * @param header what came with it
     */
    public void bury(DeadLetter letter, EventHeader header, byte[] event, Stored stored) {
        List<Header> headers = List.of(
                new RecordHeader(EventHeader.KEY, EventHeaderCodec.encode(header)),
                new RecordHeader(DeadLetterCodec.HEADER, DeadLetterCodec.encode(letter)));
        send(letter.address(), event, headers, stored);
    }

    /** Removes the dead letter of an invocation, whether there is one or not. Blocks like {@link #bury}. */
    public void retract(EventAddress address, Stored stored) {
        send(address, null, List.of(), stored);
    }

    @Override
    public void close() {
        producer.close(CLOSING);
    }

    private void send(EventAddress address, byte @Nullable [] event, List<Header> headers, Stored stored) {
        int partition = Topics.deadPartition(address);
        producer.send(
                new ProducerRecord<>(topic, partition, null, DeadLetterCodec.key(address), event, headers), stored);
    }
}
