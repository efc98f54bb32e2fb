package dev.millrace.kafka;

import dev.millrace.contract.CallHeader;
import dev.millrace.contract.CallHeaderCodec;
import dev.millrace.contract.MalformedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Reads one partition of the requests topic and keeps how far it is, without being a member of a group: who may read the
 * partition is decided elsewhere. Belongs to one thread. Methods that
 * ask Kafka throw {@link org.apache.kafka.common.KafkaException}.
 */
public final class RequestReader implements AutoCloseable {

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private TopicPartition partition;

    /** @param name who reads; becomes part of the client ID */
    public RequestReader(KafkaSettings settings, String name) {
        topic = settings.topics().requests();
        partition = new TopicPartition(topic, 0);
        Map<String, Object> options = settings.consumer(name, settings.requestsGroup());
        options.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        options.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        consumer = new KafkaConsumer<>(options);
    }

    /**
     * Reads this partition from where its last reader was done; where there was none, from its end. When this returns, what
     * is sent there from now on will be read.
     *
     * @return the offset that is read first
     */
    public long begin(int number) {
        partition = new TopicPartition(topic, number);
        consumer.assign(List.of(partition));
        OffsetAndMetadata done = consumer.committed(Set.of(partition)).get(partition);
        if (done == null) {
            consumer.seekToEnd(List.of(partition));
            long end = consumer.position(partition);
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(end)));
            return end;
        }
        consumer.seek(partition, done.offset());
        return done.offset();
    }

    /** The next requests, in order; empty when none came in time. */
    public List<RequestRecord> poll(Duration timeout) {
        List<RequestRecord> requests = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> next : consumer.poll(timeout)) {
            byte[] event = next.value() == null ? new byte[0] : next.value();
            requests.add(new RequestRecord(next.offset(), next.timestamp(), header(next), event));
        }
        return requests;
    }

    /** Says that everything before this offset has ended. Does not wait for the broker. */
    public void commit(long offset) {
        consumer.commitAsync(Map.of(partition, new OffsetAndMetadata(offset)), (offsets, failure) -> {
            // One that fails is followed by the next; what it leaves open is found to have ended.
        });
    }

    /** The same, and returns when the broker has it. */
    public void commitAndWait(long offset) {
        consumer.commitSync(Map.of(partition, new OffsetAndMetadata(offset)));
    }

    @Override
    public void close() {
        consumer.close();
    }

    private static @Nullable CallHeader header(ConsumerRecord<byte[], byte[]> request) {
        Header header = request.headers().lastHeader(CallHeader.KEY);
        try {
            return header == null || header.value() == null ? null : CallHeaderCodec.decode(header.value());
        } catch (MalformedException e) {
            return null; // Nobody of ours wrote it, so nobody waits for it.
        }
    }
}
