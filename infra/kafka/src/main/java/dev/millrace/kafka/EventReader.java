package dev.millrace.kafka;

import dev.millrace.contract.CallHeader;
import dev.millrace.contract.CallHeaderCodec;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.contract.MalformedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Reads single events back by their address. Thread-safe; one read at a time. */
public final class EventReader implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KafkaSettings settings;
    private final TopicAdmin topics;
    private final ReentrantLock turn = new ReentrantLock();
    private final KafkaConsumer<byte[], byte[]> consumer;

    public EventReader(KafkaSettings settings, TopicAdmin topics) {
        this.settings = settings;
        this.topics = topics;
        Map<String, Object> options = settings.consumer("event-reader");
        options.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        options.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 64 * 1024);
        options.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        this.consumer = new KafkaConsumer<>(options);
    }

    /**
     * What lies at this address.
     *
     * @throws KafkaUnavailableException when Kafka does not answer
     */
    public StoredEvent read(EventAddress address) {
        TopicPartition partition = settings.partitionOf(address);
        Long end = topics.endOffsets(List.of(partition)).get(partition);
        Long beginning = topics.beginningOffsets(List.of(partition)).get(partition);
        if (end == null || beginning == null || address.offset() < beginning) {
            return new StoredEvent.Gone();
        }
        if (address.offset() >= end) {
            return new StoredEvent.NotYet();
        }
        ConsumerRecord<byte[], byte[]> found = fetch(partition, address.offset());
        return found == null || found.offset() != address.offset() ? new StoredEvent.Gone() : event(address, found);
    }

    @Override
    public void close() {
        turn.lock();
        try {
            consumer.close();
        } finally {
            turn.unlock();
        }
    }

    /** The first record from this offset on; {@code null} when retention took it meanwhile. */
    private @Nullable ConsumerRecord<byte[], byte[]> fetch(TopicPartition partition, long offset) {
        turn.lock();
        try {
            consumer.assign(List.of(partition));
            consumer.seek(partition, offset);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() - deadline < 0) {
                for (ConsumerRecord<byte[], byte[]> event : consumer.poll(Duration.ofMillis(500))) {
                    return event;
                }
            }
            throw new KafkaUnavailableException(
                    "Kafka did not hand out the event at " + partition + "@" + offset, null);
        } catch (OffsetOutOfRangeException e) {
            // Between asking for the ends and reading, retention has deleted it.
            return null;
        } catch (KafkaException e) {
            throw new KafkaUnavailableException("Kafka did not hand out the event at " + partition + "@" + offset, e);
        } finally {
            turn.unlock();
        }
    }

    private static StoredEvent event(EventAddress address, ConsumerRecord<byte[], byte[]> found) {
        byte[] event = found.value() == null ? new byte[0] : found.value();
        Header header = found.headers().lastHeader(address.isCall() ? CallHeader.KEY : EventHeader.KEY);
        if (header == null || header.value() == null) {
            return new StoredEvent.Unreadable("it has no header of Millrace", event);
        }
        try {
            return address.isCall()
                    ? ofCall(address, CallHeaderCodec.decode(header.value()), event)
                    : new StoredEvent.Found(EventHeaderCodec.decode(header.value()), event);
        } catch (MalformedException e) {
            return new StoredEvent.Unreadable(String.valueOf(e.getMessage()), event);
        }
    }

    private static StoredEvent ofCall(EventAddress address, CallHeader call, byte[] event) {
        return call.trigger() == address.trigger()
                ? new StoredEvent.Found(EventHeader.accepted(call.acceptedAt()), event)
                : new StoredEvent.Gone();
    }
}
