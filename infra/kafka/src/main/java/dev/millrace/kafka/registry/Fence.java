package dev.millrace.kafka.registry;

import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.KafkaUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write the registry, held by one process at a time through Kafka's transactional producer: whoever takes it
 * makes every write fail that an earlier holder has under way (KIP-98). So what is written was decided upon the latest
 * state: had another writer come in between, the write would not have succeeded. Losing the right is the ordinary course
 * of things; it is taken back. Thread-safe.
 */
final class Fence implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Fence.class);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration STEP = Duration.ofSeconds(5);
    private static final long MAX_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final KafkaSettings settings;
    private final Registry registry;
    private final TopicPartition partition;
    private final ReentrantLock turn = new ReentrantLock();

    /** {@code null} while somebody else holds the right, as far as is known here. */
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    private @Nullable KafkaConsumer<byte[], byte[]> ends;

    Fence(KafkaSettings settings, Registry registry) {
        this.settings = settings;
        this.registry = registry;
        this.partition = new TopicPartition(settings.topics().registry(), 0);
    }

    /**
     * Plans on the latest state and writes the plan, again and again until no other writer comes in between.
     *
     * @throws KafkaUnavailableException when Kafka does not let it finish in time
     */
    <T, A extends Exception, B extends Exception, C extends Exception> T write(Planner<T, A, B, C> planner)
            throws A, B, C {
        turn.lock();
        try {
            return writeInTurn(planner);
        } finally {
            turn.unlock();
        }
    }

    private <T, A extends Exception, B extends Exception, C extends Exception> T writeInTurn(
            Planner<T, A, B, C> planner) throws A, B, C {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Plan<T> tried = null;
        for (int attempt = 1; ; attempt++) {
            try {
                RegistryView latest = latest();
                // A commit whose answer was lost may have been made all the same.
                if (tried != null && latest.shows(tried.changes())) {
                    return tried.answer();
                }
                Plan<T> plan = planner.on(latest);
                tried = plan;
                if (!plan.changes().isEmpty()) {
                    commit(plan.changes());
                }
                return plan.answer();
            } catch (KafkaException e) {
                giveUpRight();
                if (System.nanoTime() - deadline > 0) {
                    throw new KafkaUnavailableException(
                            "Kafka did not let the registry be changed"
                                    + (tried == null ? "" : ", the change may or may not have been made")
                                    + ": " + e.getMessage(),
                            e);
                }
                LOG.debug("Another writer came first or Kafka failed (attempt {}): {}", attempt, e.toString());
                pause(attempt);
            }
        }
    }

    @Override
    public void close() {
        turn.lock();
        try {
            giveUpRight();
            if (ends != null) {
                ends.close();
                ends = null;
            }
        } finally {
            turn.unlock();
        }
    }

    /** The state that nobody else can change without taking the right away first. */
    private RegistryView latest() {
        if (producer == null) {
            producer = take();
        }
        if (ends == null) {
            ends = new KafkaConsumer<>(settings.consumer("registry-ends"));
            ends.assign(List.of(partition));
        }
        Long end = ends.endOffsets(List.of(partition), STEP).get(partition);
        catchUp(end == null ? 0 : end);
        return registry.view();
    }

    private KafkaProducer<byte[], byte[]> take() {
        Map<String, Object> options = settings.producer("registry-writer");
        options.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, settings.topics().prefix() + "registry-writer");
        options.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(STEP.toMillis()) * 2);
        options.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, STEP.toMillis());
        options.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(STEP.toMillis()));
        options.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(STEP.toMillis()));
        options.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 16L * 1024 * 1024);
        KafkaProducer<byte[], byte[]> taken = new KafkaProducer<>(options);
        boolean ready = false;
        try {
            taken.initTransactions();
            ready = true;
            return taken;
        } finally {
            if (!ready) {
                taken.close(Duration.ZERO);
            }
        }
    }

    private void commit(List<RegistryChange> changes) {
        KafkaProducer<byte[], byte[]> writer = producer;
        if (writer == null) {
            throw new IllegalStateException("nothing is written without the right to");
        }
        writer.beginTransaction();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (RegistryChange change : changes) {
            sent.add(writer.send(new ProducerRecord<>(
                    partition.topic(), partition.partition(), RegistryCodec.key(change), RegistryCodec.value(change))));
        }
        writer.flush();
        long last = 0;
        for (Future<RecordMetadata> record : sent) {
            last = Math.max(last, offset(record));
        }
        writer.commitTransaction();
        catchUp(last + 1);
    }

    private static long offset(Future<RecordMetadata> sent) {
        try {
            return sent.get().offset();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaUnavailableException("interrupted while writing the registry", e);
        }
    }

    private void catchUp(long revision) {
        try {
            if (!registry.await(revision, STEP)) {
                throw new KafkaException("the registry was not read up to " + revision + " in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaUnavailableException("interrupted while reading the registry", e);
        }
    }

    /** A transaction left open is rolled back by whoever takes the right next. */
    private void giveUpRight() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    /** Two writers that take the right away from each other must not stay in step. */
    private static void pause(int attempt) {
        long most = Math.min(MAX_PAUSE_NANOS, TimeUnit.MILLISECONDS.toNanos(10L << Math.min(attempt, 5)));
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most / 4, most));
    }
}
