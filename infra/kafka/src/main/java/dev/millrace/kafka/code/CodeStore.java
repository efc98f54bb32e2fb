package dev.millrace.kafka.code;

import dev.millrace.contract.CodeRef;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.KafkaUnavailableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Keeps code packages in the code topic, in chunks under the key {@code sha256:number}. The same content stored twice at
 * once ends as one copy by compaction, which may take chunks from the place an address names but never the last copy
 * of one; so a package is read from its address on until all its chunks have been seen. Clients live for one call: this
 * is rare. Thread-safe; blocks.
 */
public final class CodeStore {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(500);

    private final KafkaSettings settings;
    private final Function<String, Optional<CodeRef>> known;

    /** @param known where a package with this SHA-256 already lies, such as the registry's {@code view().code(…)} */
    public CodeStore(KafkaSettings settings, Function<String, Optional<CodeRef>> known) {
        this.settings = settings;
        this.known = known;
    }

    /**
     * Stores a zip, unless the same content is there already, and returns when the broker has all of it.
     *
     * @throws IllegalArgumentException when it is empty or longer than {@link CodeRef#MAX_LENGTH}
     * @throws KafkaUnavailableException when Kafka does not take it
     */
    public CodeRef put(Path zip) throws IOException {
        long length = Files.size(zip);
        if (length < 1 || length > CodeRef.MAX_LENGTH) {
            throw new IllegalArgumentException("a code package has from 1 byte to " + CodeRef.MAX_LENGTH / (1024 * 1024)
                    + " MB; this one has " + length + " bytes");
        }
        try (FileChannel content = FileChannel.open(zip, StandardOpenOption.READ)) {
            String sha256 = Chunks.sha256(content);
            Optional<CodeRef> present = known.apply(sha256);
            return present.isPresent() ? present.get() : store(content, sha256, length);
        }
    }

    /**
     * Writes a package to a file, replacing it: all of it and verified, or nothing at all.
     *
     * @throws DamagedCodeException when what is stored is not what the address says
     * @throws KafkaUnavailableException when Kafka does not answer
     */
    public void fetch(CodeRef ref, Path target) throws IOException, DamagedCodeException {
        Path directory = target.toAbsolutePath().getParent();
        Path partial = Files.createTempFile(directory, ".code-", ".part");
        try {
            try (FileChannel content = FileChannel.open(partial, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                Chunks chunks = new Chunks(ref, content);
                read(ref, chunks);
                chunks.verify();
            }
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private CodeRef store(FileChannel content, String sha256, long length) throws IOException {
        int partition = Chunks.partition(sha256);
        int count = Chunks.count(length);
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int number = 0; number < count; number++) {
                byte[] chunk = Chunks.read(content, number, length);
                sent.add(producer.send(
                        new ProducerRecord<>(settings.topics().code(), partition, Chunks.key(sha256, number), chunk)));
            }
            long first = Long.MAX_VALUE;
            for (Future<RecordMetadata> stored : sent) {
                first = Math.min(first, stored.get().offset());
            }
            return new CodeRef(sha256, length, partition, first, count);
        } catch (ExecutionException | KafkaException e) {
            throw new KafkaUnavailableException("Kafka did not store the code package: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaUnavailableException("interrupted while storing a code package", e);
        }
    }

    private void read(CodeRef ref, Chunks chunks) throws IOException, DamagedCodeException {
        TopicPartition partition = new TopicPartition(settings.topics().code(), ref.partition());
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(List.of(partition));
            Long known = consumer.endOffsets(List.of(partition), PATIENCE).get(partition);
            long end = known == null ? 0 : known;
            consumer.seek(partition, ref.offset());
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!chunks.isComplete() && consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> next : consumer.poll(POLL)) {
                    chunks.offer(next.key(), next.value());
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new KafkaUnavailableException(
                            "Kafka did not hand out the code package " + ref.sha256() + " within "
                                    + PATIENCE.toSeconds() + " s",
                            null);
                }
            }
        } catch (KafkaException e) {
            throw new KafkaUnavailableException(
                    "Kafka did not hand out the code package " + ref.sha256() + ": " + e.getMessage(), e);
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> options = settings.producer("code-writer");
        options.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        options.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 8L * 1024 * 1024);
        options.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis());
        options.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        options.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis()));
        return new KafkaProducer<>(options);
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> options = settings.consumer("code-reader");
        options.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 * 1024 * 1024);
        options.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 16);
        // What is read is there: a fetch of what follows it would only hold up the close, by half a second unless told.
        options.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5);
        return new KafkaConsumer<>(options);
    }
}
