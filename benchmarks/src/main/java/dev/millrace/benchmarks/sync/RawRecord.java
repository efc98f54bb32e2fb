package dev.millrace.benchmarks.sync;

import dev.millrace.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.params.SetParams;

/**
 * The least that a record of every call can cost: one record of a log for each, and a loop that puts what it reads there into
 * Redis, up to 500 in one pipeline.
 */
final class RawRecord implements AutoCloseable {

    private static final String LOG = "raw-log";
    private static final SetParams KEPT = SetParams.setParams().nx().ex(3600);

    private final KafkaProducer<byte[], byte[]> log;
    private final KafkaConsumer<byte[], byte[]> reader;
    private final Jedis redis;
    private final Thread thread;
    private volatile boolean closed;

    RawRecord(KafkaSettings kafka, Jedis redis) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(kafka.admin("raw"))) {
            admin.createTopics(List.of(new NewTopic(LOG, 1, (short) 1))).all().get();
        }
        this.redis = redis;
        log = new KafkaProducer<>(kafka.producer(LOG));
        Map<String, Object> options = new HashMap<>(kafka.consumer(LOG));
        options.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
        reader = new KafkaConsumer<>(options);
        reader.assign(List.of(new TopicPartition(LOG, 0)));
        thread = Thread.ofPlatform().name(LOG).start(this::recordUntilClosed);
    }

    void append(byte[] event) {
        var _ = log.send(new ProducerRecord<>(LOG, 0, null, event));
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.close();
        redis.close();
    }

    private void recordUntilClosed() {
        try (reader) {
            while (!closed) {
                ConsumerRecords<byte[], byte[]> records = reader.poll(Duration.ofMillis(200));
                if (!records.isEmpty()) {
                    write(records);
                }
            }
        }
    }

    private void write(ConsumerRecords<byte[], byte[]> records) {
        try (Pipeline pipeline = redis.pipelined()) {
            for (ConsumerRecord<byte[], byte[]> next : records) {
                pipeline.set(("raw:" + next.offset()).getBytes(StandardCharsets.US_ASCII), next.value(), KEPT);
            }
            pipeline.sync();
        }
    }
}
