package dev.millrace.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.embedded.LoopbackPort;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

@RealBackends
class TopicAdminIT {

    @Test
    void anyNumberOfFirstStartersCreateTheTopicsOnce(KafkaSpace kafka) throws Exception {
        KafkaSettings settings = Installed.fresh(kafka);
        Callable<Void> starter = () -> {
            try (TopicAdmin topics = TopicAdmin.connect(settings, Installed.PATIENCE)) {
                topics.createFixedTopics();
                return null;
            }
        };
        try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> started :
                    starters.invokeAll(Stream.generate(() -> starter).limit(4).toList())) {
                started.get();
            }
        }

        try (Admin admin = Admin.create(settings.admin("test"))) {
            List<String> names = FixedTopic.of(settings.topics()).stream()
                    .map(FixedTopic::name)
                    .toList();
            admin.describeTopics(names)
                    .allTopicNames()
                    .get()
                    .forEach((name, description) -> assertThat(description.partitions())
                            .hasSize(FixedTopic.of(settings.topics()).stream()
                                    .filter(topic -> topic.name().equals(name))
                                    .findFirst()
                                    .orElseThrow()
                                    .partitions()));
            Config outcomes = config(admin, settings.topics().outcomes());
            assertThat(Long.parseLong(outcomes.get("retention.ms").value()))
                    .isGreaterThanOrEqualTo(Duration.ofDays(7).toMillis());
            assertThat(Integer.parseInt(outcomes.get("max.message.bytes").value()))
                    .isGreaterThanOrEqualTo(8 << 20);
            assertThat(config(admin, settings.topics().registry())
                            .get("cleanup.policy")
                            .value())
                    .isEqualTo("compact");
        }
    }

    @Test
    void aTriggersTopicGrowsAndNeverShrinks(KafkaSpace kafka) {
        KafkaSettings settings = Installed.fresh(kafka);
        TopicPartition third = new TopicPartition(settings.topics().trigger(1), 2);
        try (TopicAdmin topics = TopicAdmin.connect(settings, Installed.PATIENCE)) {
            topics.createTriggerTopic(1, 1);
            assertThat(topics.endOffsets(List.of(third))).isEmpty();

            topics.createTriggerTopic(1, 4);
            topics.createTriggerTopic(1, 2);

            assertThat(topics.endOffsets(List.of(third))).containsEntry(third, 0L);
            assertThat(topics.beginningOffsets(topics.partitionsOf(Installed.trigger(1))))
                    .hasSize(4);
        }
    }

    @Test
    void whatDoesNotExistIsMissingInTheAnswer(KafkaSpace kafka) {
        KafkaSettings settings = Installed.fresh(kafka);
        TopicPartition there = new TopicPartition(settings.topics().trigger(1), 0);
        TopicPartition never = new TopicPartition(settings.topics().trigger(2), 0);
        try (TopicAdmin topics = TopicAdmin.connect(settings, Installed.PATIENCE)) {
            topics.createTriggerTopic(1, 1);
            topics.deleteTriggerTopic(2);

            assertThat(topics.endOffsets(List.of(there, never))).containsOnlyKeys(there);
            assertThat(topics.committed(settings.workersGroup(), List.of(there, never)))
                    .isEmpty();
        }
    }

    @Test
    void commitsAreAnsweredWithTheirMetadata(KafkaSpace kafka) throws Exception {
        KafkaSettings settings = Installed.fresh(kafka);
        TopicPartition lane = new TopicPartition(settings.topics().trigger(1), 0);
        try (TopicAdmin topics = TopicAdmin.connect(settings, Installed.PATIENCE);
                Admin admin = Admin.create(settings.admin("test"))) {
            topics.createTriggerTopic(1, 1);
            OffsetAndMetadata commit = new OffsetAndMetadata(0, "offset map");
            admin.alterConsumerGroupOffsets(settings.workersGroup(), Map.of(lane, commit))
                    .all()
                    .get();

            assertThat(topics.committed(settings.workersGroup(), List.of(lane))
                            .get(lane)
                            .metadata())
                    .isEqualTo("offset map");
        }
    }

    @Test
    void aClusterThatDoesNotAnswerIsGivenUpAfterTheTimeAllowed() {
        KafkaSettings nobody = KafkaSettings.of("127.0.0.1:" + LoopbackPort.free());

        assertThatThrownBy(() -> TopicAdmin.connect(nobody, Duration.ofSeconds(1)))
                .isInstanceOf(KafkaUnavailableException.class)
                .hasMessageContaining(nobody.bootstrapServers())
                .hasMessageContaining("1 s");
    }

    private static Config config(Admin admin, String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return admin.describeConfigs(List.of(resource)).all().get().get(resource);
    }
}
