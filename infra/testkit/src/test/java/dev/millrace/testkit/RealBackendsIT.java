package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@RealBackends
class RealBackendsIT {
    private final KafkaSpace ofConstructor;

    RealBackendsIT(KafkaSpace kafka) {
        this.ofConstructor = kafka;
    }

    @Test
    void kafkaAnswers(KafkaSpace kafka) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            String topic = kafka.name("answers");
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
            assertThat(topic).matches("t-[0-9a-z]{6}\\.answers");
            assertThat(admin.describeTopics(List.of(topic)).allTopicNames().get())
                    .containsKey(topic);
        }
    }

    @Test
    void redisAnswers(RedisSpace redis) throws IOException {
        try (SocketChannel channel = SocketChannel.open(
                        new InetSocketAddress(redis.uri().getHost(), redis.uri().getPort()));
                Socket socket = channel.socket()) {
            String command = "SET " + redis.key("answers") + " yes EX 60\r\n";
            socket.getOutputStream().write(command.getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(3))
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("+OK");
        }
    }

    @Test
    void aClassKeepsItsSpace(KafkaSpace kafka) {
        assertThat(kafka).isEqualTo(ofConstructor);
    }

    @Nested
    class Inner {
        @Test
        void aNestedClassSharesTheSpaceAroundIt(KafkaSpace kafka) {
            assertThat(kafka).isEqualTo(ofConstructor);
        }
    }
}
