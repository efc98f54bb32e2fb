package dev.millrace.benchmarks.drain;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/**
 * The yardstick: reads the same topic with the same client settings and sets one key per event, of the same value size
 * as Millrace keeps, up to 500 in a pipeline. It runs nothing, retries nothing, commits nothing and promises nothing.
 */
final class RawDrain {

    private static final int PIPELINE = 500;

    private final Backlog backlog;
    private final byte[] value;
    private final List<Lane> connections = new ArrayList<>();
    private final int width;

    /** @param connections how many pipelines are under way at once; 1 waits for each before it polls again */
    RawDrain(Backlog backlog, int connections) {
        this.backlog = backlog;
        this.width = connections;
        this.value = "x".repeat(backlog.valueBytes()).getBytes(StandardCharsets.US_ASCII);
    }

    Drained run() throws InterruptedException {
        for (int i = 0; i < width; i++) {
            connections.add(new Lane(new Jedis(backlog.backing().redisSettings().uri())));
        }
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(options())) {
            consumer.assign(backlog.topicPartitions());
            consumer.seekToBeginning(backlog.topicPartitions());
            return drain(consumer);
        } finally {
            connections.forEach(Lane::close);
        }
    }

    private Map<String, Object> options() {
        Map<String, Object> options =
                new HashMap<>(backlog.backing().kafkaSettings().consumer("raw"));
        options.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, PIPELINE);
        return options;
    }

    private Drained drain(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        long start = 0;
        long limit = Long.MAX_VALUE;
        long count = 0;
        int turn = 0;
        while (count < backlog.events() && System.nanoTime() < limit) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
            if (records.isEmpty()) {
                continue;
            }
            if (start == 0) {
                start = System.nanoTime();
                limit = start + backlog.limit().toNanos();
            }
            Lane lane = connections.get(turn++ % width);
            lane.await();
            lane.set(records);
            if (width == 1) {
                lane.await();
            }
            count += records.count();
        }
        for (Lane lane : connections) {
            lane.await();
        }
        return new Drained(count, System.nanoTime() - start);
    }

    /** One connection with at most one pipeline under way. */
    private final class Lane implements AutoCloseable {

        private final Jedis jedis;
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private Future<?> underWay = CompletableFuture.completedFuture(null);

        private Lane(Jedis jedis) {
            this.jedis = jedis;
        }

        private void set(ConsumerRecords<byte[], byte[]> records) {
            if (width == 1) {
                write(records);
            } else {
                underWay = thread.submit(() -> write(records));
            }
        }

        private void await() throws InterruptedException {
            try {
                underWay.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the raw loop cannot write to Redis", e);
            }
        }

        private void write(ConsumerRecords<byte[], byte[]> records) {
            try (Pipeline pipeline = jedis.pipelined()) {
                for (ConsumerRecord<byte[], byte[]> next : records) {
                    String key = "raw:" + next.partition() + "." + next.offset();
                    pipeline.set(key.getBytes(StandardCharsets.US_ASCII), value);
                }
                pipeline.sync();
            }
        }

        @Override
        public void close() {
            thread.close();
            jedis.close();
        }
    }
}
