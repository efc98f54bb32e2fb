package dev.millrace.benchmarks.stage;

import dev.millrace.benchmarks.stage.Stage.Backing;
import dev.millrace.contract.Topics;
import dev.millrace.dispatcher.record.Recorder;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.redis.Redis;
import dev.millrace.redis.RedisResultWriter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** A recorder at work: results appear in Redis as long as it is open. */
public final class Recording implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private final Redis redis;
    private final Recorder recorder;

    private Recording(Redis redis, Recorder recorder) {
        this.redis = redis;
        this.recorder = recorder;
    }

    /** Starts one and returns when it has the whole outcome log. */
    public static Recording start(Backing backing) {
        KafkaSettings kafka = backing.kafkaSettings();
        Redis redis = new Redis(backing.redisSettings());
        Recorder recorder =
                new Recorder(kafka, new RedisResultWriter(redis, Clock.systemUTC()), new SimpleMeterRegistry());
        Recording recording = new Recording(redis, recorder);
        try {
            awaitReading(kafka);
            return recording;
        } catch (RuntimeException e) {
            recording.close();
            throw e;
        }
    }

    private static void awaitReading(KafkaSettings kafka) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (Admin admin = Admin.create(kafka.admin("bench"))) {
            while (partitionsRead(admin, kafka.recorderGroup()) < Topics.OUTCOME_PARTITIONS) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the recorder has not got the outcome log within " + PATIENCE);
                }
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            }
        }
    }

    private static int partitionsRead(Admin admin, String group) {
        try {
            return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
                    .flatMap(description -> description.members().stream())
                    .mapToInt(member -> member.assignment().topicPartitions().size())
                    .sum();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return 0; // It has not joined yet.
            }
            throw new IllegalStateException("the recorder's group cannot be looked at", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the recorder joined", e);
        }
    }

    @Override
    public void close() {
        recorder.close();
        redis.close();
    }
}
