package dev.millrace.worker.consume;

import static org.awaitility.Awaitility.await;

import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.worker.consume.ConsumeSettings.GroupProtocol;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Topics with events, and workers that consume them together, for one test. */
final class Group implements AutoCloseable {

    private final KafkaSpace kafka;
    private final String name = UUID.randomUUID().toString().substring(0, 8);
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, TriggerDefinition> triggers = new ConcurrentHashMap<>();
    private final ClaimTable claims = new ClaimTable();
    private final List<EventConsumer> members = new ArrayList<>();
    private GroupProtocol protocol = GroupProtocol.CLASSIC;
    private ConsumeLimits limits = ConsumeLimits.defaults();

    Group(KafkaSpace kafka) {
        this.kafka = kafka;
        Map<String, Object> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
        this.admin = Admin.create(client);
        this.producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
    }

    Group protocol(GroupProtocol spoken) {
        protocol = spoken;
        return this;
    }

    Group limits(ConsumeLimits set) {
        limits = set;
        return this;
    }

    ClaimTable claims() {
        return claims;
    }

    /** A trigger of this function with a topic of its own. */
    String topic(String function, int partitions) throws Exception {
        String topic = kafka.name(name + "." + function);
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all()
                .get();
        awaitLeaders(topic, partitions);
        triggers.put(topic, Samples.trigger(triggers.size() + 1, function));
        return topic;
    }

    /** A partition whose leader has just been named may refuse records for a while; it answers this when it is ready. */
    private void awaitLeaders(String topic, int partitions) throws Exception {
        Map<TopicPartition, OffsetSpec> questions = new HashMap<>();
        for (int i = 0; i < partitions; i++) {
            questions.put(new TopicPartition(topic, i), OffsetSpec.latest());
        }
        await().ignoreExceptionsMatching(e -> e.getCause() instanceof UnknownTopicOrPartitionException)
                .until(() -> admin.listOffsets(questions).all().get() != null);
    }

    /** Events numbered from 0, evenly over the partitions. */
    void publish(String topic, int partitions, int count) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] header = EventHeaderCodec.encode(EventHeader.accepted(1_000 + i));
            sent.add(send(topic, i % partitions, Integer.toString(i), header));
        }
        for (Future<RecordMetadata> stored : sent) {
            stored.get();
        }
    }

    /** One record as it is, stored. */
    void publish(String topic, int partition, @Nullable String event, byte @Nullable [] header) throws Exception {
        send(topic, partition, event, header).get();
    }

    private Future<RecordMetadata> send(String topic, int partition, @Nullable String event, byte @Nullable [] header) {
        byte[] bytes = event == null ? null : event.getBytes(StandardCharsets.UTF_8);
        ProducerRecord<byte[], byte[]> sent = new ProducerRecord<>(topic, partition, (byte[]) null, bytes);
        if (header != null) {
            sent.headers().add(new RecordHeader(EventHeader.KEY, header));
        }
        return producer.send(sent);
    }

    /** One more worker, running. */
    EventConsumer join(ScriptedExecution execution) {
        ConsumeSettings settings = new ConsumeSettings(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                kafka.name(name),
                UUID.randomUUID().toString(),
                protocol,
                limits);
        EventConsumer member = new EventConsumer(
                settings,
                () -> Map.copyOf(triggers),
                new Succession(
                        claims,
                        new EmptyHanded(),
                        partition -> Legacy.UNKNOWN,
                        new Continuity(() -> 0),
                        new LostLanes()));
        members.add(member);
        execution.startOn(member);
        return member;
    }

    @Nullable
    OffsetAndMetadata committed(String topic, int partition) throws Exception {
        return admin.listConsumerGroupOffsets(kafka.name(name))
                .partitionsToOffsetAndMetadata()
                .get()
                .get(new TopicPartition(topic, partition));
    }

    static ConsumeLimits limits(int pauseAt, int resumeAt, Duration revokeWait) {
        return new ConsumeLimits(20_000, pauseAt, resumeAt, 256L << 20, Duration.ofMillis(100), 4096, revokeWait);
    }

    @Override
    public void close() {
        members.forEach(EventConsumer::close);
        producer.close(Duration.ofSeconds(2));
        admin.close(Duration.ofSeconds(2));
    }
}
