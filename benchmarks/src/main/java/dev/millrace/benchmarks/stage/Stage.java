package dev.millrace.benchmarks.stage;

import dev.millrace.contract.CodeRef;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.InvalidDefinitionException;
import dev.millrace.contract.RetryPolicy;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.kafka.EventPublisher;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.kafka.code.CodeStore;
import dev.millrace.kafka.registry.Expected;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryWriter;
import dev.millrace.kafka.registry.RevisionConflictException;
import dev.millrace.redis.RedisSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** An installation of Millrace with topics of its own, its functions, and a publisher of events. */
public final class Stage implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Published before the broker's word is awaited; stays well below the producer's buffer. */
    private static final int UNACKNOWLEDGED = 5_000;

    private final Backing backing;
    private final TopicAdmin topics;
    private final Registry registry;
    private final RegistryWriter writer;
    private final EventPublisher publisher;

    /**
     * Sets an installation up.
     *
     * @param name tells its topics from those of others on the same ground
     */
    public Stage(Ground ground, String name) {
        backing = new Backing(ground.kafka(), name + ".", ground.redis());
        KafkaSettings kafka = backing.kafkaSettings();
        topics = TopicAdmin.connect(kafka, PATIENCE);
        topics.createFixedTopics();
        registry = Registry.start(kafka, PATIENCE);
        writer = new RegistryWriter(kafka, topics, registry, Clock.systemUTC());
        writer.installation();
        publisher = new EventPublisher(kafka);
    }

    /** Where it is. */
    public Backing backing() {
        return backing;
    }

    /** Puts events into its topics. */
    public EventPublisher publisher() {
        return publisher;
    }

    /** Defines a function whose handler a worker brings, and answers its own trigger. */
    public TriggerDefinition define(String function, int concurrency) {
        return define(function, concurrency, RetryPolicy.DEFAULT);
    }

    /** The same with retries of its own. */
    public TriggerDefinition define(String function, int concurrency, RetryPolicy retry) {
        return put(function, RuntimeKind.JAVA, "-", concurrency, retry, null);
    }

    /** Deploys a Python function, whose source has a {@code main_handler}, and answers its own trigger. */
    public TriggerDefinition deploy(String function, String source, int concurrency) throws IOException {
        Path zip = Files.createTempFile("millrace-bench", ".zip");
        try {
            try (ZipOutputStream content = new ZipOutputStream(Files.newOutputStream(zip))) {
                content.putNextEntry(new ZipEntry("index.py"));
                content.write(source.getBytes(StandardCharsets.UTF_8));
            }
            CodeStore store = new CodeStore(backing.kafkaSettings(), known -> Optional.empty());
            return put(
                    function,
                    RuntimeKind.PYTHON3,
                    "index.main_handler",
                    concurrency,
                    RetryPolicy.DEFAULT,
                    store.put(zip));
        } finally {
            Files.delete(zip);
        }
    }

    private TriggerDefinition put(
            String function,
            RuntimeKind runtime,
            String handler,
            int concurrency,
            RetryPolicy retry,
            @Nullable CodeRef code) {
        FunctionSpec spec = new FunctionSpec(
                FunctionRef.of(function),
                runtime,
                runtime.text(),
                handler,
                FunctionSpec.DEFAULT_MEMORY,
                Duration.ofSeconds(30),
                FunctionSpec.DEFAULT_INIT_TIMEOUT,
                concurrency,
                Map.of(),
                retry,
                Duration.ofHours(1));
        try {
            writer.putFunction(spec, code, Expected.anything());
        } catch (InvalidDefinitionException | RevisionConflictException e) {
            throw new IllegalStateException("somebody else defines functions here", e);
        }
        TriggerRef ref = new TriggerRef(spec.ref(), TriggerRef.API);
        return registry.view().trigger(ref).orElseThrow();
    }

    /** A function that was defined. */
    public FunctionDefinition function(String name) {
        return registry.view().function(FunctionRef.of(name)).orElseThrow();
    }

    /** Leaves so many events waiting for a function. */
    public void fill(TriggerDefinition trigger, int events, int bytes) {
        SplittableRandom random = new SplittableRandom(1);
        List<CompletableFuture<?>> unacknowledged = new ArrayList<>(UNACKNOWLEDGED);
        for (int i = 0; i < events; i++) {
            byte[] event = Events.json(i, bytes, random);
            unacknowledged.add(
                    publisher.publishAsync(trigger, EventHeader.accepted(System.currentTimeMillis()), event));
            if (unacknowledged.size() == UNACKNOWLEDGED) {
                awaitAll(unacknowledged);
            }
        }
        awaitAll(unacknowledged);
    }

    /** How many records its outcome log holds. */
    public long outcomeRecords() {
        String topic = backing.kafkaSettings().topics().outcomes();
        List<TopicPartition> partitions = IntStream.range(0, Topics.OUTCOME_PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        return topics.endOffsets(partitions).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static void awaitAll(List<CompletableFuture<?>> answers) {
        answers.forEach(CompletableFuture::join);
        answers.clear();
    }

    @Override
    public void close() {
        publisher.close();
        writer.close();
        registry.close();
        topics.close();
    }

    /**
     * Where an installation is, in words that another process can be told.
     *
     * @param kafka bootstrap servers
     * @param prefix what its topics begin with
     * @param redis address of its Redis, which it has for itself
     */
    public record Backing(String kafka, String prefix, String redis) {

        /** For Kafka's clients. */
        public KafkaSettings kafkaSettings() {
            return KafkaSettings.of(kafka).with(new Topics(prefix));
        }

        /** For those of Redis. */
        public RedisSettings redisSettings() {
            return RedisSettings.of(redis);
        }
    }
}
