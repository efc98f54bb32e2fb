package dev.millrace.kafka.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.CodeRef;
import dev.millrace.kafka.Installed;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RealBackends
class CodeStoreIT {

    @TempDir
    Path directory;

    private final KafkaSettings settings;
    private final Map<String, CodeRef> known = new ConcurrentHashMap<>();
    private final CodeStore store;

    CodeStoreIT(KafkaSpace kafka) {
        settings = Installed.fresh(kafka);
        store = new CodeStore(settings, sha256 -> Optional.ofNullable(known.get(sha256)));
    }

    @BeforeEach
    void createTopics() {
        try (TopicAdmin topics = TopicAdmin.connect(settings, Installed.PATIENCE)) {
            topics.createFixedTopics();
        }
    }

    @Test
    void theLargestPackageComesBackToTheByte() throws Exception {
        Path zip = file(Math.toIntExact(CodeRef.MAX_LENGTH), 1);

        CodeRef ref = store.put(zip);
        Path fetched = directory.resolve("fetched");
        store.fetch(ref, fetched);

        assertThat(ref.chunks()).isEqualTo(100);
        assertThat(Files.mismatch(zip, fetched)).isEqualTo(-1);
        assertThat(left()).containsExactlyInAnyOrder("zip-1", "fetched");
    }

    @Test
    void oneByteMoreIsRefused() throws Exception {
        Path zip = file(Math.toIntExact(CodeRef.MAX_LENGTH + 1), 2);

        assertThatThrownBy(() -> store.put(zip)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSameContentIsStoredOnce() throws Exception {
        CodeRef first = store.put(file(1000, 3));
        known.put(first.sha256(), first);

        assertThat(store.put(file(1000, 3))).isEqualTo(first);
    }

    @Test
    void contentThatWasStoredTwiceIsFoundByEitherAddress() throws Exception {
        Path zip = file(600_000, 4);
        CodeRef first = store.put(zip);
        CodeRef second = store.put(zip);

        store.fetch(first, directory.resolve("first"));
        store.fetch(second, directory.resolve("second"));

        assertThat(second.offset()).isGreaterThan(first.offset());
        assertThat(directory.resolve("first")).hasSameBinaryContentAs(zip);
        assertThat(directory.resolve("second")).hasSameBinaryContentAs(zip);
    }

    @Test
    void aCorruptedChunkIsRefusedAndNothingIsKept() throws Exception {
        CodeRef good = store.put(file(600_000, 5));
        byte[] chunk = new byte[Chunks.SIZE];
        new Random(5).nextBytes(chunk);
        chunk[1000] ^= 1;
        long offset;
        try (KafkaProducer<byte[], byte[]> stranger = new KafkaProducer<>(settings.producer("stranger"))) {
            offset = stranger.send(new ProducerRecord<>(
                            settings.topics().code(), good.partition(), Chunks.key(good.sha256(), 0), chunk))
                    .get()
                    .offset();
        }
        store.put(file(600_000, 5));
        CodeRef corrupted = new CodeRef(good.sha256(), good.length(), good.partition(), offset, good.chunks());

        assertThatThrownBy(() -> store.fetch(corrupted, directory.resolve("fetched")))
                .isInstanceOf(DamagedCodeException.class)
                .hasMessageContaining(good.sha256());

        assertThat(left()).containsExactly("zip-5");
    }

    @Test
    void aMissingChunkIsRefusedAndNamed() throws Exception {
        CodeRef ref = store.put(file(600_000, 6));
        CodeRef beyond = new CodeRef(ref.sha256(), ref.length(), ref.partition(), ref.offset() + 1, ref.chunks());

        assertThatThrownBy(() -> store.fetch(beyond, directory.resolve("fetched")))
                .isInstanceOf(DamagedCodeException.class)
                .hasMessageContaining("chunk 0");
    }

    private Path file(int length, int seed) throws IOException {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        return Files.write(directory.resolve("zip-" + seed), content);
    }

    private Stream<String> left() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).toList().stream();
        }
    }
}
