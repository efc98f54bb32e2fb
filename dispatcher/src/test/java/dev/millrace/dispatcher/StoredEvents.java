package dev.millrace.dispatcher;

import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.TopicAdmin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** The events of a trigger as Kafka has them. */
public record StoredEvents(KafkaSettings kafka, TriggerDefinition trigger) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How many there are. */
    public long count() {
        return ends().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Their headers, by partition and in order within it. */
    public List<EventHeader> headers() throws MalformedException {
        Map<TopicPartition, Long> ends = ends();
        List<EventHeader> headers = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(kafka.consumer("stored-events"))) {
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (headers.size()
                            < ends.values().stream().mapToLong(Long::longValue).sum()
                    && System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> event : consumer.poll(Duration.ofMillis(200))) {
                    headers.add(EventHeaderCodec.decode(
                            event.headers().lastHeader(EventHeader.KEY).value()));
                }
            }
        }
        return headers;
    }

    private Map<TopicPartition, Long> ends() {
        try (TopicAdmin admin = TopicAdmin.connect(kafka, PATIENCE)) {
            return admin.endOffsets(admin.partitionsOf(trigger));
        }
    }
}
