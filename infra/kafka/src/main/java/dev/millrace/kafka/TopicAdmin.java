package dev.millrace.kafka;

import dev.millrace.contract.NearMiss;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates topics and answers where they begin and end. Thread-safe. Every method throws
 * {@link KafkaUnavailableException} when Kafka does not answer or refuses.
 */
public final class TopicAdmin implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicAdmin.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final KafkaSettings settings;
    private final Admin admin;
    /** Topics seen to exist, with their partitions: asking for offsets of one that does not costs the whole patience. */
    private final Map<String, Integer> seen = new ConcurrentHashMap<>();

    private TopicAdmin(KafkaSettings settings, Admin admin) {
        this.settings = settings;
        this.admin = admin;
    }

    /**
     * Connects, and returns when the cluster has answered. While it does not, one line is logged and the attempt goes on.
     *
     * @param patience how long to try
     * @throws KafkaUnavailableException when the cluster has not answered by then, or turns the credentials down
     */
    public static TopicAdmin connect(KafkaSettings settings, Duration patience) {
        return new TopicAdmin(settings, new FirstContact(settings, patience).make());
    }

    /** Creates the installation's own topics that are missing. Any number of processes may do so at once. */
    public void createFixedTopics() {
        List<FixedTopic> wanted = FixedTopic.of(settings.topics());
        Collection<String> present = get(admin.listTopics().names(), "list the topics");
        List<FixedTopic> missing =
                wanted.stream().filter(topic -> !present.contains(topic.name())).toList();
        List<String> created = create(missing);
        for (FixedTopic topic : wanted) {
            awaitLeaders(topic.name(), topic.partitions());
        }
        if (!created.isEmpty()) {
            LOG.info("Created the topics {}", created);
        }
    }

    /** Creates a trigger's topic, or gives it more partitions when it has fewer. Nothing happens when all is in place. */
    public void createTriggerTopic(int trigger, int partitions) {
        String name = settings.topics().trigger(trigger);
        Optional<TopicDescription> present = describe(name);
        if (present.isEmpty()) {
            create(List.of(new FixedTopic(name, partitions, FixedTopic.triggerOptions())));
        } else if (present.get().partitions().size() < partitions) {
            grow(name, partitions);
        }
        awaitLeaders(name, partitions);
    }

    /** Gives the requests topic so many partitions if it has fewer, so that one more worker gets one of its own. */
    public void growRequests(int partitions) {
        String name = settings.topics().requests();
        int wanted = Math.min(Topics.REQUEST_PARTITIONS, partitions);
        if (describe(name).filter(topic -> topic.partitions().size() < wanted).isPresent()) {
            grow(name, wanted);
        }
        awaitLeaders(name, wanted);
    }

    /** Deletes a trigger's topic with all events in it. Nothing happens when there is none. */
    public void deleteTriggerTopic(int trigger) {
        String name = settings.topics().trigger(trigger);
        seen.remove(name);
        unless(
                UnknownTopicOrPartitionException.class,
                admin.deleteTopics(List.of(name)).all(),
                "delete the topic " + name);
    }

    /** Why events must not be passed on to this topic: it is one of ours, or of Kafka's, or does not exist. */
    public Optional<String> reasonAgainst(String topic) {
        if (topic.startsWith(settings.topics().prefix()) || topic.startsWith("__")) {
            return Optional.of(
                    topic + " is one of the installation's own topics; name a function or a trigger instead");
        }
        Set<String> present = get(admin.listTopics().names(), "list the topics");
        if (present.contains(topic)) {
            return Optional.empty();
        }
        List<String> foreign = present.stream()
                .filter(name -> !name.startsWith(settings.topics().prefix()))
                .toList();
        return Optional.of("there is no topic " + topic
                + NearMiss.of(topic, foreign)
                        .map(near -> "; did you mean " + near + "?")
                        .orElse(""));
    }

    /** The partitions of a trigger's topic. */
    public List<TopicPartition> partitionsOf(TriggerDefinition trigger) {
        String name = settings.topics().trigger(trigger.number());
        return IntStream.range(0, trigger.partitions())
                .mapToObj(partition -> new TopicPartition(name, partition))
                .toList();
    }

    /** The names of all topics of the cluster that begin so. */
    public Set<String> topicsBelow(String prefix) {
        return get(admin.listTopics().names(), "list the topics").stream()
                .filter(topic -> topic.startsWith(prefix))
                .collect(Collectors.toSet());
    }

    /** Every partition of the topics whose names begin so. */
    public List<TopicPartition> partitionsBelow(String prefix) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topicsBelow(prefix)) {
            describe(topic)
                    .ifPresent(description -> description
                            .partitions()
                            .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition()))));
        }
        return partitions;
    }

    /** The offset that follows the last record of each partition; partitions that do not exist are missing. */
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.latest());
    }

    /** The offset of the first record still kept, of each partition; partitions that do not exist are missing. */
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.earliest());
    }

    /**
     * The offset of the first record stored at or after this time, in epoch milliseconds; partitions without such a record
     * are missing.
     */
    public Map<TopicPartition, Long> offsetsSince(Collection<TopicPartition> partitions, long time) {
        Map<TopicPartition, Long> offsets = new HashMap<>(offsets(partitions, OffsetSpec.forTimestamp(time)));
        offsets.values().removeIf(offset -> offset < 0);
        return offsets;
    }

    /** What a group has committed, with its metadata; partitions without a commit are missing. */
    public Map<TopicPartition, OffsetAndMetadata> committed(String group, Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return Map.of();
        }
        ListConsumerGroupOffsetsSpec wanted = new ListConsumerGroupOffsetsSpec().topicPartitions(partitions);
        Map<TopicPartition, OffsetAndMetadata> answered = get(
                admin.listConsumerGroupOffsets(Map.of(group, wanted)).partitionsToOffsetAndMetadata(group),
                "read the commits of the group " + group);
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>(answered);
        committed.values().removeIf(commit -> commit == null);
        return committed;
    }

    /** The client IDs of the members of a group that is not empty, in whatever state it is. */
    public List<String> members(String group) {
        return get(admin.describeClassicGroups(List.of(group)).all(), "name the members of " + group).values().stream()
                .flatMap(description -> description.members().stream())
                .map(MemberDescription::clientId)
                .toList();
    }

    /** Waits a second at most for answers under way. */
    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }

    /** Creates them and answers which were created here and not by somebody else at the same time. */
    private List<String> create(List<FixedTopic> topics) {
        if (topics.isEmpty()) {
            return List.of();
        }
        Replication replication = settings.replication()
                .on(get(admin.describeCluster().nodes(), "count the brokers").size());
        List<NewTopic> wanted =
                topics.stream().map(topic -> newTopic(topic, replication)).toList();
        List<String> created = new ArrayList<>();
        admin.createTopics(wanted).values().forEach((name, creation) -> {
            if (unless(TopicExistsException.class, creation, "create the topic " + name)) {
                created.add(name);
            }
        });
        return created;
    }

    private static NewTopic newTopic(FixedTopic topic, Replication replication) {
        Map<String, String> options = new HashMap<>(topic.options());
        options.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, String.valueOf(replication.minInsync()));
        return new NewTopic(topic.name(), topic.partitions(), (short) replication.factor()).configs(options);
    }

    private void grow(String topic, int partitions) {
        // Somebody else who grew it at the same time makes the broker say that the number is not larger.
        unless(
                InvalidPartitionsException.class,
                admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                        .all(),
                "give the topic " + topic + " " + partitions + " partitions");
    }

    /** A topic that was just created is not known to every broker at once. */
    private void awaitLeaders(String topic, int partitions) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!hasLeaders(topic, partitions) || !leadersAnswer(topic, partitions)) {
            if (System.nanoTime() - deadline > 0) {
                throw new KafkaUnavailableException(
                        "the topic " + topic + " has fewer than " + partitions + " partitions with a leader", null);
            }
            LockSupport.parkNanos(RECHECK_NANOS);
        }
        seen.merge(topic, partitions, Math::max);
    }

    /** A leader is named before it knows of it; the first events would find nobody in charge. */
    private boolean leadersAnswer(String topic, int partitions) {
        Map<TopicPartition, OffsetSpec> questions = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            questions.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        try {
            get(admin.listOffsets(questions).all(), "ask the leaders of " + topic);
            return true;
        } catch (KafkaUnavailableException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false; // This broker has not heard of the topic yet.
            }
            throw e;
        }
    }

    private boolean hasLeaders(String topic, int partitions) {
        return describe(topic)
                .filter(description -> description.partitions().size() >= partitions)
                .filter(description -> description.partitions().stream()
                        .allMatch(partition -> partition.leader() != null
                                && !partition.leader().isEmpty()))
                .isPresent();
    }

    private Optional<TopicDescription> describe(String topic) {
        try {
            Map<String, TopicDescription> described = admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return Optional.ofNullable(described.get(topic));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw unavailable("describe the topic " + topic, e);
        } catch (TimeoutException e) {
            throw unavailable("describe the topic " + topic, e);
        } catch (InterruptedException e) {
            throw interrupted("describe the topic " + topic, e);
        }
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec where) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (TopicPartition partition : partitions) {
            if (exists(partition)) {
                asked.put(partition, where);
            }
        }
        if (asked.isEmpty()) {
            return Map.of();
        }
        ListOffsetsResult answers = admin.listOffsets(asked);
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (TopicPartition partition : asked.keySet()) {
            try {
                offsets.put(
                        partition,
                        get(answers.partitionResult(partition), "find the ends of " + partition)
                                .offset());
            } catch (KafkaUnavailableException e) {
                if (describe(partition.topic()).isPresent()) {
                    throw e;
                }
                seen.remove(partition.topic());
            }
        }
        return offsets;
    }

    private boolean exists(TopicPartition partition) {
        Integer partitions = seen.get(partition.topic());
        if (partitions == null || partitions <= partition.partition()) {
            partitions = describe(partition.topic())
                    .map(description -> description.partitions().size())
                    .orElse(0);
            if (partitions > 0) {
                seen.put(partition.topic(), partitions);
            }
        }
        return partition.partition() < partitions;
    }

    /** Waits for something to be done; {@code false} when it was not, for a harmless reason. */
    private static boolean unless(Class<? extends Exception> harmless, KafkaFuture<?> future, String what) {
        try {
            future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            if (!harmless.isInstance(e.getCause())) {
                throw unavailable(what, e);
            }
            return false;
        } catch (TimeoutException e) {
            throw unavailable(what, e);
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    private static <T> T get(KafkaFuture<T> future, String what) {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw unavailable(what, e);
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    private static KafkaUnavailableException unavailable(String what, Exception e) {
        Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
        return new KafkaUnavailableException("Kafka did not " + what + ": " + cause.getMessage(), cause);
    }

    private static KafkaUnavailableException interrupted(String what, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new KafkaUnavailableException("interrupted while Kafka was asked to " + what, e);
    }
}
