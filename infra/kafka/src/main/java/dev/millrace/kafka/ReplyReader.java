package dev.millrace.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one partition of the replies topic, from its end at the moment of opening on: every reply to what is sent after that
 * is seen. Belongs to one thread; only {@link #wakeup()} may be called from another. Methods that ask Kafka throw
 * {@link org.apache.kafka.common.KafkaException}.
 */
public final class ReplyReader implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;

    /**
     * One record of the replies topic, unread.
     *
     * @param key what it is known by, if a worker of ours wrote it
     * @param pack an {@code OutcomePack}, likewise
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed through to one reader.
    public record Reply(byte @Nullable [] key, byte @Nullable [] pack) {}

    /** Opens a partition. Returns when its end is known. */
    public ReplyReader(KafkaSettings settings, int partition) {
        Map<String, Object> options = settings.consumer("reply-reader");
        options.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        consumer = new KafkaConsumer<>(options);
        TopicPartition where = new TopicPartition(settings.topics().replies(), partition);
        boolean open = false;
        try {
            consumer.assign(List.of(where));
            consumer.seekToEnd(List.of(where));
            consumer.position(where); // A seek does nothing by itself.
            open = true;
        } finally {
            if (!open) {
                consumer.close();
            }
        }
    }

    /** The next replies; empty when none came in time or on {@link #wakeup()}. */
    public List<Reply> poll(Duration timeout) {
        List<Reply> replies = new ArrayList<>();
        try {
            for (ConsumerRecord<byte[], byte[]> next : consumer.poll(timeout)) {
                replies.add(new Reply(next.key(), next.value()));
            }
        } catch (WakeupException e) {
            // Somebody wants the thread back; nothing was read, nothing is lost.
            return List.of();
        }
        return replies;
    }

    /** Ends a {@link #poll} under way, or the next one, at once. Any thread. */
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
