package dev.millrace.kafka;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Where Kafka is and how its clients are set. Immutable.
 *
 * <p>Overrides are Kafka's own client options (TLS, SASL, buffers …), handed to every client that knows them; with
 * {@code producer.}, {@code consumer.} or {@code admin.} before the name, to that client only. They win over what is
 * tuned here, but not over what the platform's promises rest on: serializers, acknowledgement, idempotence, isolation,
 * and who commits.
 *
 * @param bootstrapServers {@code host:port}, separated by commas
 * @param topics the installation's topics
 * @param replication how many copies new topics have
 * @param overrides Kafka's client options; one with a value that its client does not take is refused by its name, with
 *     {@link IllegalArgumentException}
 */
public record KafkaSettings(
        String bootstrapServers, Topics topics, Replication replication, Map<String, String> overrides) {

    private static final String PRODUCER = "producer.";
    private static final String CONSUMER = "consumer.";
    private static final String ADMIN = "admin.";

    /** What is set after the overrides: whatever they say of these does not matter. */
    private static final Set<String> OURS = Set.of(
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            ProducerConfig.CLIENT_ID_CONFIG);

    public KafkaSettings {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("no Kafka named: bootstrap servers are host:port, separated by commas");
        }
        overrides = Map.copyOf(overrides);
        requireValid(overrides);
    }

    /** Settings with the defaults for everything but the servers. */
    public static KafkaSettings of(String bootstrapServers) {
        return new KafkaSettings(bootstrapServers, new Topics(Topics.DEFAULT_PREFIX), Replication.OF_CLUSTER, Map.of());
    }

    /** The same with other topics. */
    public KafkaSettings with(Topics otherTopics) {
        return new KafkaSettings(bootstrapServers, otherTopics, replication, overrides);
    }

    /** Consumer group of the workers. */
    public String workersGroup() {
        return topics.prefix() + "workers";
    }

    /** Consumer group of the workers for what waits in delay topics. */
    public String delayGroup() {
        return topics.prefix() + "delay";
    }

    /** Consumer group of the trigger adapters. */
    public String adaptersGroup() {
        return topics.prefix() + "adapters";
    }

    /** Consumer group whose members are the processes that accept events. It reads nothing. */
    public String acceptingGroup() {
        return topics.prefix() + "accepting";
    }

    /** Consumer group of the recorders. */
    public String recorderGroup() {
        return topics.prefix() + "recorder";
    }

    /** The group under which workers keep how far they are with the requests topic; nobody is a member of it. */
    public String requestsGroup() {
        return topics.prefix() + "requests";
    }

    /** The group whose commits tell what has been done of the partition in which the event at this address lies. */
    public String groupOf(EventAddress address) {
        return address.isCall() ? requestsGroup() : workersGroup();
    }

    /** The partition in which the event at this address lies. */
    public TopicPartition partitionOf(EventAddress address) {
        Topics.Place place = topics.placeOf(address);
        return new TopicPartition(place.topic(), place.partition());
    }

    /**
     * Options of a producer of bytes: idempotent, acknowledged by all copies in sync, nothing held back to fill a batch.
     *
     * @param name who produces; becomes part of the client ID
     */
    public Map<String, Object> producer(String name) {
        Map<String, Object> options = new HashMap<>();
        options.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        options.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        options.put(ProducerConfig.BATCH_SIZE_CONFIG, 131_072);
        options.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L * 1024 * 1024);
        options.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, FixedTopic.MAX_RECORD_BYTES + 64 * 1024);
        options.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
        options.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 250);
        override(options, PRODUCER, ProducerConfig.configNames());
        options.put(ProducerConfig.ACKS_CONFIG, "all");
        options.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        options.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        options.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return identified(options, name);
    }

    /**
     * Options of a consumer of bytes that sees committed records only, never commits by itself and is in no group.
     *
     * @param name who consumes; becomes part of the client ID
     */
    public Map<String, Object> consumer(String name) {
        Map<String, Object> options = new HashMap<>();
        options.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
        options.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 250);
        options.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        override(options, CONSUMER, ConsumerConfig.configNames());
        options.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        options.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        options.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        options.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        options.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return identified(options, name);
    }

    /** The same for a member of a consumer group. */
    public Map<String, Object> consumer(String name, String group) {
        Map<String, Object> options = consumer(name);
        options.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        return options;
    }

    /** Options of an admin client. */
    public Map<String, Object> admin(String name) {
        Map<String, Object> options = new HashMap<>();
        options.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        options.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000);
        options.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 250);
        override(options, ADMIN, AdminClientConfig.configNames());
        return identified(options, name);
    }

    private Map<String, Object> identified(Map<String, Object> options, String name) {
        options.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        options.put(ProducerConfig.CLIENT_ID_CONFIG, topics.prefix() + name);
        return options;
    }

    private void override(Map<String, Object> options, String kind, Set<String> knownToKind) {
        overrides.forEach((name, value) -> {
            if (knownToKind.contains(name) || !knownToAnybody(name)) {
                options.put(name, value);
            }
        });
        overrides.forEach((name, value) -> {
            if (name.startsWith(kind)) {
                options.put(name.substring(kind.length()), value);
            }
        });
    }

    private static void requireValid(Map<String, String> overrides) {
        Map<String, ConfigDef> kinds = Map.of(
                PRODUCER, ProducerConfig.configDef(),
                CONSUMER, ConsumerConfig.configDef(),
                ADMIN, AdminClientConfig.configDef());
        SortedSet<String> mistakes = new TreeSet<>();
        kinds.forEach((kind, options) -> overrides.forEach((name, value) -> {
            String option = name.startsWith(kind) ? name.substring(kind.length()) : name;
            if (options.names().contains(option) && !OURS.contains(option)) {
                options.validate(Map.of(option, value)).stream()
                        .filter(one -> one.name().equals(option))
                        .flatMap(one -> one.errorMessages().stream())
                        .forEach(mistake -> mistakes.add(name + ": " + mistake));
            }
        }));
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(
                    "Kafka's clients do not take what kafka-client says; " + String.join("; ", mistakes));
        }
    }

    /** Options no client knows pass through everywhere: plug-ins read them; those for one kind of client do not. */
    private static boolean knownToAnybody(String name) {
        return ProducerConfig.configNames().contains(name)
                || ConsumerConfig.configNames().contains(name)
                || AdminClientConfig.configNames().contains(name)
                || name.startsWith(PRODUCER)
                || name.startsWith(CONSUMER)
                || name.startsWith(ADMIN);
    }
}
