package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
    private static final int LARGEST_EVENT = 8 << 20;

    @TempDir
    Path temp;

    @Test
    void recordsSurviveAStopAndAKill() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.in(temp).asShortLived().start()) {
            createTopic(kafka.bootstrapServers());
            publish(kafka.bootstrapServers(), new byte[] {1});
            kafka.restart();
            publish(kafka.bootstrapServers(), new byte[] {2});
            long pid = kafka.pid();
            kafka.kill();
            assertThat(kafka.isRunning()).isFalse();
            kafka.restart();
            assertThat(kafka.pid()).isNotEqualTo(pid);
            assertThat(endOffset(kafka.bootstrapServers())).isEqualTo(2);
        }
    }

    @Test
    void theNextRunFindsTheDataOfTheLastOnAnotherPort() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.in(temp).asShortLived().start()) {
            createTopic(kafka.bootstrapServers());
            publish(kafka.bootstrapServers(), new byte[] {1});
        }
        try (EmbeddedKafka kafka = EmbeddedKafka.in(temp).asShortLived().start()) {
            assertThat(endOffset(kafka.bootstrapServers())).isEqualTo(1);
        }
    }

    @Test
    void anEventOfEightMegabytesFitsAndGroupsWork() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.in(temp).asShortLived().start()) {
            createTopic(kafka.bootstrapServers());
            publish(kafka.bootstrapServers(), new byte[LARGEST_EVENT]);
            for (String protocol : List.of("classic", "consumer")) {
                try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka.bootstrapServers(), protocol)) {
                    consumer.subscribe(List.of("events"));
                    int size = 0;
                    while (size == 0) {
                        for (var event : consumer.poll(Duration.ofSeconds(10))) {
                            size += event.value().length;
                        }
                    }
                    assertThat(size).isEqualTo(LARGEST_EVENT);
                }
            }
        }
    }

    @Test
    void itDiesWithAKilledParentAndTheNextRunTakesItsData() throws Exception {
        try (OtherProgram parent = OtherProgram.start("kafka", temp)) {
            ProcessHandle broker =
                    ProcessHandle.of(Long.parseLong(parent.line())).orElseThrow();
            parent.kill();
            try (EmbeddedKafka next = EmbeddedKafka.in(temp).asShortLived().start()) {
                assertThat(next.isRunning()).isTrue();
                assertThat(broker.isAlive()).isFalse();
            }
        }
    }

    @Test
    void aPortInUseIsRefusedInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(LoopbackPort.address(0));
            assertThatThrownBy(() -> EmbeddedKafka.in(temp)
                            .asShortLived()
                            .port(taken.getLocalPort())
                            .start())
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .message()
                    .hasLineCount(1);
        }
    }

    @Test
    void aBrokerThatDoesNotComeUpSaysWhy() {
        assertThatThrownBy(() -> EmbeddedKafka.in(temp)
                        .asShortLived()
                        .with("num.io.threads", "none")
                        .start())
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("kafka.log")
                .hasMessageContaining("num.io.threads");
    }

    @Test
    void itsLogIsQuiet() throws Exception {
        EmbeddedKafka.in(temp).asShortLived().start().close();
        assertThat(Files.readAllLines(temp.resolve("kafka.log"))).noneMatch(line -> line.contains("WARNING"));
    }

    private static void createTopic(String bootstrapServers) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic("events", Optional.of(1), Optional.empty())
                            .configs(Map.of("max.message.bytes", Integer.toString(9 << 20)))))
                    .all()
                    .get();
        }
    }

    private static void publish(String bootstrapServers, byte[] event) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "max.request.size", 9 << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("events", event)).get();
        }
    }

    private static long endOffset(String bootstrapServers) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrapServers, "classic")) {
            TopicPartition partition = new TopicPartition("events", 0);
            consumer.assign(List.of(partition));
            consumer.seekToEnd(List.of(partition));
            return consumer.position(partition);
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers, String protocol) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "group.id",
                        "group-" + protocol,
                        "group.protocol",
                        protocol,
                        "auto.offset.reset",
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
