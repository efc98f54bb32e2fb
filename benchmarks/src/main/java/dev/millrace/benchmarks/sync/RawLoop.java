package dev.millrace.benchmarks.sync;

import dev.millrace.kafka.KafkaSettings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The least that request and reply can cost: the same client settings, a consumer that sends every request straight back,
 * and a consumer that completes a future. It runs nothing and keeps no promise; it records nothing either, unless it is
 * given what to record with.
 */
final class RawLoop implements LocalWay {

    private final String title;
    private final String requestTopic;
    private final KafkaProducer<byte[], byte[]> requests;
    private final KafkaProducer<byte[], byte[]> replies;
    private final Map<Long, CompletableFuture<byte[]>> pending = new ConcurrentHashMap<>();
    private final AtomicLong next = new AtomicLong();
    private final Thread server;
    private final Thread client;
    private volatile boolean closed;

    /**
     * @param title also tells its topics from those of others
     * @param record gets every event that was sent back; nothing is recorded without
     */
    RawLoop(String title, KafkaSettings kafka, @Nullable RawRecord record)
            throws ExecutionException, InterruptedException {
        this.title = title;
        this.requestTopic = title.replace(' ', '-') + "-requests";
        String replyTopic = title.replace(' ', '-') + "-replies";
        try (Admin admin = Admin.create(kafka.admin("raw"))) {
            admin.createTopics(
                            List.of(new NewTopic(requestTopic, 1, (short) 1), new NewTopic(replyTopic, 1, (short) 1)))
                    .all()
                    .get();
        }
        requests = producer(kafka, requestTopic);
        replies = producer(kafka, replyTopic);
        server = reader(kafka, requestTopic, request -> {
            var _ = replies.send(new ProducerRecord<>(replyTopic, 0, request.key(), request.value()));
            if (record != null) {
                record.append(request.value());
            }
        });
        client = reader(kafka, replyTopic, reply -> {
            CompletableFuture<byte[]> waiting =
                    pending.remove(ByteBuffer.wrap(reply.key()).getLong());
            if (waiting != null) {
                waiting.complete(reply.value());
            }
        });
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public void call(byte[] event) throws Exception {
        long number = next.getAndIncrement();
        CompletableFuture<byte[]> reply = new CompletableFuture<>();
        pending.put(number, reply);
        byte[] key = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
        var _ = requests.send(new ProducerRecord<>(requestTopic, 0, key, event));
        byte[] ignored = reply.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        closed = true;
        try {
            server.join();
            client.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        requests.close();
        replies.close();
    }

    private static KafkaProducer<byte[], byte[]> producer(KafkaSettings kafka, String name) {
        Map<String, Object> options = kafka.producer(name);
        options.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        options.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        return new KafkaProducer<>(options);
    }

    private Thread reader(KafkaSettings kafka, String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(kafka.consumer(topic));
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
        return Thread.ofPlatform().name(topic).start(() -> {
            try (consumer) {
                while (!closed) {
                    consumer.poll(Duration.ofMillis(200)).forEach(each);
                }
            }
        });
    }
}
