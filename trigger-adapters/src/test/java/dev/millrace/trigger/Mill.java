package dev.millrace.trigger;

import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.FunctionSpecJson;
import dev.millrace.contract.Limits;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerSpecJson;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.kafka.registry.Expected;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryWriter;
import dev.millrace.program.Health;
import dev.millrace.program.HttpListener;
import dev.millrace.program.ListenerSettings;
import dev.millrace.program.Metrics;
import dev.millrace.program.Parts;
import dev.millrace.testkit.KafkaSpace;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An installation in one test's part of a real Kafka: functions and triggers are defined, adapters started, events read. */
public final class Mill implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Parts parts = new Parts();
    private final KafkaSettings kafka;
    private final TopicAdmin topics;
    private final RegistryWriter writer;
    private final Registry registry;
    private final Metrics metrics = new Metrics();
    private final List<Adapters> started = new ArrayList<>();

    /** What an adapter accepted. */
    public record Accepted(EventHeader header, JsonNode event) {}

    public Mill(KafkaSpace space) {
        kafka = KafkaSettings.of(space.bootstrapServers()).with(new Topics(space.prefix()));
        topics = parts.add("topics", TopicAdmin.connect(kafka, PATIENCE));
        topics.createFixedTopics();
        registry = parts.add("registry", Registry.start(kafka, PATIENCE));
        writer = parts.add("writer", new RegistryWriter(kafka, topics, registry, InstantSource.system()));
    }

    /** Defines a function without code and one trigger of it; returns when the adapters know them. */
    public TriggerDefinition define(String function, String trigger, String json) throws Exception {
        return define(function, Limits.QUEUE_DEPTH, trigger, json);
    }

    /** The same with queues of this limit. */
    public TriggerDefinition define(String function, int queueLimit, String trigger, String json) throws Exception {
        FunctionRef ref = FunctionRef.of(function);
        writer.putFunction(
                FunctionSpecJson.read(JSON.readTree(
                        "{\"name\":\"" + function + "\",\"runtime\":\"java\",\"queueLimit\":" + queueLimit + "}")),
                null,
                Expected.anything());
        TriggerSpecJson.Read read = TriggerSpecJson.read(JSON.readTree(json), Instant.now());
        TriggerDefinition defined =
                writer.putTrigger(new TriggerRef(ref, trigger), read.spec(), read.enabled(), Expected.anything());
        for (Adapters adapters : started) {
            adapters.knows(registry.view().revision(), PATIENCE);
        }
        return defined;
    }

    /** Starts one process's worth of adapters; the caller closes it. */
    public Adapters startAdapters() {
        Adapters adapters = Adapters.start(kafka, metrics, new Health(), PATIENCE);
        started.add(adapters);
        return adapters;
    }

    /** Serves the adapters' routes. */
    public URI serve(Adapters adapters) throws Exception {
        return parts.add(
                        "listener",
                        HttpListener.start("api", ListenerSettings.anyLoopbackPort(), metrics, adapters.routes()))
                .uri();
    }

    /** One figure. */
    public double counter(String name) {
        return metrics.registry().get(name).counter().count();
    }

    /** Says that everything in a trigger's topic is done, as workers would. */
    public void drain(TriggerDefinition trigger) {
        Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
        topics.endOffsets(topics.partitionsOf(trigger))
                .forEach((partition, end) -> done.put(partition, new OffsetAndMetadata(end)));
        try (KafkaConsumer<byte[], byte[]> worker =
                new KafkaConsumer<>(kafka.consumer("worker", kafka.workersGroup()))) {
            worker.assign(done.keySet());
            worker.commitSync(done);
        }
    }

    /** One figure that goes up and down. */
    public double gauge(String name) {
        return metrics.registry().get(name).gauge().value();
    }

    /** Reads a trigger's events from the beginning until enough have come. */
    public List<Accepted> events(TriggerDefinition trigger, Predicate<List<Accepted>> enough)
            throws MalformedException {
        List<Accepted> read = new ArrayList<>();
        Map<String, Object> options = kafka.consumer("test");
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(options)) {
            List<TopicPartition> partitions = topics.partitionsOf(trigger);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!enough.test(read)) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    byte[] header = record.headers().lastHeader(EventHeader.KEY).value();
                    read.add(new Accepted(EventHeaderCodec.decode(header), JSON.readTree(record.value())));
                }
            }
        }
        return read;
    }

    @Override
    public void close() {
        parts.close();
    }
}
