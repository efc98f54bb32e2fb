package dev.millrace.benchmarks.sync;

import dev.millrace.kafka.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.requestreply.ReplyingKafkaTemplate;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.kafka.support.TopicPartitionOffset;
import org.springframework.kafka.support.TopicPartitionOffset.SeekPosition;

/**
 * Spring's request and reply: a {@link ReplyingKafkaTemplate}, and a listener container that sends every request back through
 * a template. Settings are Spring's own but for those of the clients, which are Millrace's; partitions are assigned, so that
 * no group is joined. It records nothing.
 */
final class SpringCalls implements LocalWay {

    private static final String REQUESTS = "spring-requests";
    private static final String REPLIES = "spring-replies";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final DefaultKafkaProducerFactory<byte[], byte[]> requests;
    private final DefaultKafkaProducerFactory<byte[], byte[]> replies;
    private final DefaultKafkaConsumerFactory<byte[], byte[]> consumers;
    private final KafkaMessageListenerContainer<byte[], byte[]> server;
    private final ReplyingKafkaTemplate<byte[], byte[], byte[]> template;

    SpringCalls(KafkaSettings kafka) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka.admin("spring"))) {
            admin.createTopics(List.of(new NewTopic(REQUESTS, 1, (short) 1), new NewTopic(REPLIES, 1, (short) 1)))
                    .all()
                    .get();
        }
        requests = new DefaultKafkaProducerFactory<>(producer(kafka, REQUESTS));
        replies = new DefaultKafkaProducerFactory<>(producer(kafka, REPLIES));
        consumers = new DefaultKafkaConsumerFactory<>(kafka.consumer("spring", "spring"));
        KafkaTemplate<byte[], byte[]> back = new KafkaTemplate<>(replies);
        ContainerProperties served = from(REQUESTS);
        served.setMessageListener((MessageListener<byte[], byte[]>) request -> {
            var _ = back.send(reply(request));
        });
        server = new KafkaMessageListenerContainer<>(consumers, served);
        server.start();
        template = new ReplyingKafkaTemplate<>(
                requests, new KafkaMessageListenerContainer<>(consumers, from(REPLIES)), false);
        template.setDefaultReplyTimeout(PATIENCE);
        template.start();
        if (!template.waitForAssignment(PATIENCE)) {
            throw new IllegalStateException("Spring's reply container has not got its partition");
        }
    }

    @Override
    public String title() {
        return "spring";
    }

    @Override
    public void call(byte[] event) throws Exception {
        var _ = template.sendAndReceive(new ProducerRecord<>(REQUESTS, 0, null, event))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        template.stop();
        server.stop();
        requests.destroy();
        replies.destroy();
    }

    private static ProducerRecord<byte[], byte[]> reply(ConsumerRecord<byte[], byte[]> request) {
        Header correlation = request.headers().lastHeader(KafkaHeaders.CORRELATION_ID);
        return new ProducerRecord<>(REPLIES, 0, null, null, request.value(), List.of(correlation));
    }

    private static ContainerProperties from(String topic) {
        return new ContainerProperties(new TopicPartitionOffset(topic, 0, SeekPosition.END));
    }

    private static Map<String, Object> producer(KafkaSettings kafka, String name) {
        Map<String, Object> options = kafka.producer(name);
        options.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        options.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        return options;
    }
}
