package dev.millrace.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerType;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RealBackends
class OutcomeLogIT {

    private static final OutcomeHeading LANE =
            new OutcomeHeading(7, 3, new TriggerRef(FunctionRef.of("resize"), TriggerRef.API), TriggerType.API);
    private static final int PARTITION = Topics.outcomePartition(7, 3);

    private final KafkaSettings settings;

    OutcomeLogIT(KafkaSpace kafka) {
        settings = Installed.fresh(kafka);
    }

    @BeforeEach
    void createTopics() {
        try (TopicAdmin topics = TopicAdmin.connect(settings, Installed.PATIENCE)) {
            topics.createFixedTopics();
        }
    }

    @Test
    void packsOfALaneLieInOnePartitionInOrder() throws Exception {
        append("a", "b", "c");

        try (OutcomeReader reader = OutcomeReader.of(settings, "test", Map.of(PARTITION, 1L))) {
            assertThat(reader.endOffsets(List.of(PARTITION))).containsEntry(PARTITION, 3L);
            assertThat(texts(reader, 2)).containsExactly("b", "c");
            assertThat(reader.position(PARTITION)).isEqualTo(3);

            reader.seek(PARTITION, 0);
            assertThat(texts(reader, 3)).containsExactly("a", "b", "c");
        }
    }

    @Test
    void anOutcomeOfSevenMegabytesGoesThrough() throws Exception {
        byte[] large = new byte[7 << 20];
        new Random(1).nextBytes(large);
        try (OutcomeWriter writer = new OutcomeWriter(settings)) {
            append(writer, large).get();
        }

        try (OutcomeReader reader = OutcomeReader.of(settings, "test", Map.of(PARTITION, 0L))) {
            assertThat(next(reader, 1).getFirst().pack()).isEqualTo(large);
        }
    }

    @Test
    void aReaderInAGroupBeginsWhereItIsToldAndElseAtTheCommit() throws Exception {
        append("a", "b", "c");
        Known told = new Known(Map.of(PARTITION, 1L));
        try (OutcomeReader reader = OutcomeReader.inGroup(settings, settings.recorderGroup(), told)) {
            assertThat(texts(reader, 2)).containsExactly("b", "c");
            assertThat(told.mine)
                    .containsExactlyElementsOf(IntStream.range(0, Topics.OUTCOME_PARTITIONS)
                            .boxed()
                            .toList());
            reader.commit(Map.of(PARTITION, 2L));
        }
        Known nothing = new Known(Map.of());
        try (OutcomeReader reader = OutcomeReader.inGroup(settings, settings.recorderGroup(), nothing)) {
            assertThat(texts(reader, 1)).containsExactly("c");
        }
    }

    @Test
    void aWokenReaderComesBackAtOnce() {
        try (OutcomeReader reader = OutcomeReader.of(settings, "test", Map.of(PARTITION, 0L))) {
            reader.wakeup();

            assertThat(reader.poll(Duration.ofSeconds(50))).isEmpty();
        }
    }

    private void append(String... packs) throws Exception {
        try (OutcomeWriter writer = new OutcomeWriter(settings)) {
            List<CompletableFuture<Void>> stored = new ArrayList<>();
            for (String pack : packs) {
                stored.add(append(writer, pack.getBytes(StandardCharsets.UTF_8)));
            }
            writer.flush();
            for (CompletableFuture<Void> each : stored) {
                each.get();
            }
        }
    }

    private static CompletableFuture<Void> append(OutcomeWriter writer, byte[] pack) {
        CompletableFuture<Void> fate = new CompletableFuture<>();
        writer.append(LANE, pack, new Stored() {
            @Override
            public void stored(long offset) {
                fate.complete(null);
            }

            @Override
            public void failed(Exception why) {
                fate.completeExceptionally(why);
            }
        });
        return fate;
    }

    private static List<String> texts(OutcomeReader reader, int count) {
        return next(reader, count).stream()
                .map(next -> new String(next.pack(), StandardCharsets.UTF_8))
                .collect(Collectors.toList());
    }

    private static List<OutcomeRecord> next(OutcomeReader reader, int count) {
        List<OutcomeRecord> read = new ArrayList<>();
        while (read.size() < count) {
            read.addAll(reader.poll(Duration.ofMillis(200)));
        }
        return read;
    }

    /** Somebody who knows where to begin, and remembers what is his. */
    private static final class Known implements OutcomeReader.Assignment {

        private final Map<Integer, Long> positions;
        private final Set<Integer> mine = new TreeSet<>();

        Known(Map<Integer, Long> positions) {
            this.positions = positions;
        }

        @Override
        public Map<Integer, Long> assigned(Set<Integer> partitions) {
            mine.addAll(partitions);
            return positions.entrySet().stream()
                    .filter(entry -> partitions.contains(entry.getKey()))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        }

        @Override
        public void revoked(Set<Integer> partitions) {
            mine.removeAll(partitions);
        }

        @Override
        public void lost(Set<Integer> partitions) {
            mine.removeAll(partitions);
        }
    }
}
