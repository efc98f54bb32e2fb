package dev.millrace.kafka;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.contract.MalformedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * Finds an event in a partition by its dedup key and the time at which it was stored. For the rare case: each search opens
 * a consumer of its own. Thread-safe.
 */
public final class EventSearch {

    /** What a dispatcher's clock may have been set back between stamping a request and stamping its event. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private final KafkaSettings settings;
    private final Duration patience;

    /** @param patience how long a search takes at most */
    public EventSearch(KafkaSettings settings, Duration patience) {
        this.settings = settings;
        this.patience = patience;
    }

    /**
     * Looks through what was stored in a partition during a stretch of time, up to what is there now.
     *
     * @param trigger number of the trigger
     * @param from epoch milliseconds by the clock of whoever stored it
     * @param until epoch milliseconds; what was stored later is not looked at
     * @throws KafkaUnavailableException when Kafka does not answer in time
     */
    public Optional<EventAddress> find(int trigger, int partition, long from, long until, String dedupKey) {
        TopicPartition where = new TopicPartition(settings.topics().trigger(trigger), partition);
        Map<String, Object> options = settings.consumer("event-search");
        options.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(patience.toMillis()));
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(options)) {
            consumer.assign(List.of(where));
            OptionalLong begin = firstSince(consumer, where, Math.max(0, from - SLACK.toMillis()));
            if (begin.isEmpty()) {
                return Optional.empty();
            }
            long end = firstSince(consumer, where, until)
                    .orElseGet(() -> consumer.endOffsets(List.of(where)).getOrDefault(where, 0L));
            consumer.seek(where, begin.getAsLong());
            return read(consumer, where, end, dedupKey).map(offset -> new EventAddress(trigger, partition, offset));
        } catch (KafkaException e) {
            throw new KafkaUnavailableException("Kafka did not hand out the events of " + where, e);
        }
    }

    private Optional<Long> read(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition where, long end, String dedupKey) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (consumer.position(where) < end) {
            for (ConsumerRecord<byte[], byte[]> event : consumer.poll(Duration.ofMillis(100))) {
                if (dedupKey.equals(dedupKeyOf(event))) {
                    return Optional.of(event.offset());
                }
            }
            if (System.nanoTime() - deadline > 0) {
                throw new KafkaUnavailableException("Kafka did not hand out the events of " + where + " in time", null);
            }
        }
        return Optional.empty();
    }

    private static OptionalLong firstSince(KafkaConsumer<byte[], byte[]> consumer, TopicPartition where, long time) {
        OffsetAndTimestamp first = consumer.offsetsForTimes(Map.of(where, time)).get(where);
        return first == null ? OptionalLong.empty() : OptionalLong.of(first.offset());
    }

    private static String dedupKeyOf(ConsumerRecord<byte[], byte[]> event) {
        Header header = event.headers().lastHeader(EventHeader.KEY);
        try {
            String key = header == null
                    ? null
                    : EventHeaderCodec.decode(header.value()).dedupKey();
            return key == null ? "" : key;
        } catch (MalformedException e) {
            return ""; // Not one of ours; it ends as DEAD when a worker reads it.
        }
    }
}
