package dev.millrace.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.CallHeader;
import dev.millrace.contract.Correlation;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RealBackends
class CallTopicsIT {

    private static final TriggerDefinition TRIGGER = Installed.trigger(7);
    private static final byte[] EVENT = "{\"n\":1}".getBytes(StandardCharsets.UTF_8);

    private final KafkaSettings settings;
    private final TopicAdmin topics;
    private final CallWriter writer;

    CallTopicsIT(KafkaSpace kafka) {
        settings = Installed.fresh(kafka);
        topics = TopicAdmin.connect(settings, Installed.PATIENCE);
        writer = new CallWriter(settings);
    }

    @BeforeEach
    void createTopics() {
        topics.createFixedTopics();
    }

    @AfterEach
    void close() {
        writer.close();
        topics.close();
    }

    @Test
    void aWorkerReadsWhatWasSentSinceItBeganAndItsSuccessorWhatItLeftOpen() throws Exception {
        long first;
        try (RequestReader reader = new RequestReader(settings, "first")) {
            assertThat(reader.begin(3)).isZero();
            send(3, 1);
            send(3, 2);

            List<RequestRecord> requests = next(2, () -> reader.poll(Duration.ofMillis(100)));

            assertThat(requests).extracting(RequestRecord::header).containsExactly(header(1), header(2));
            assertThat(requests.getFirst().event()).isEqualTo(EVENT);
            first = requests.getFirst().offset();
            reader.commitAndWait(first + 1);
        }
        try (RequestReader successor = new RequestReader(settings, "second")) {
            assertThat(successor.begin(3)).isEqualTo(first + 1);

            assertThat(next(1, () -> successor.poll(Duration.ofMillis(100))))
                    .extracting(RequestRecord::header)
                    .containsExactly(header(2));
            assertThat(successor.begin(4)).isZero();
        }
    }

    @Test
    void theEventOfACallIsReadByItsAddress() throws Exception {
        EventAddress address = send(5, 1);

        try (EventReader events = new EventReader(settings, topics)) {
            StoredEvent.Found found = (StoredEvent.Found) events.read(address);
            assertThat(found.event()).isEqualTo(EVENT);
            assertThat(found.header()).isEqualTo(EventHeader.accepted(1_000));
            EventAddress foreign = EventAddress.ofCall(8, 5, address.offset());
            assertThat(events.read(foreign)).isInstanceOf(StoredEvent.Gone.class);
            EventAddress later = EventAddress.ofCall(7, 5, address.offset() + 1);
            assertThat(events.read(later)).isInstanceOf(StoredEvent.NotYet.class);
        }
    }

    @Test
    void aRecordThatNoDispatcherWroteIsToldWithoutAHeader() throws Exception {
        try (RequestReader reader = new RequestReader(settings, "reader");
                KafkaProducer<byte[], byte[]> stranger = new KafkaProducer<>(settings.producer("stranger"))) {
            reader.begin(0);
            ProducerRecord<byte[], byte[]> bare =
                    new ProducerRecord<>(settings.topics().requests(), 0, null, EVENT);
            ProducerRecord<byte[], byte[]> damaged =
                    new ProducerRecord<>(settings.topics().requests(), 0, null, EVENT);
            damaged.headers().add(CallHeader.KEY, new byte[] {1, 2, 3});
            stranger.send(bare).get();
            stranger.send(damaged).get();

            assertThat(next(2, () -> reader.poll(Duration.ofMillis(100))))
                    .extracting(RequestRecord::header)
                    .containsOnlyNulls();
        }
    }

    @Test
    void repliesAreSeenFromTheMomentOfOpeningOn() throws Exception {
        try (ReplyWriter replies = new ReplyWriter(settings)) {
            reply(replies, 2, 1);
            try (ReplyReader reader = new ReplyReader(settings, 2)) {
                reply(replies, 2, 2);
                reply(replies, 1, 3);
                reply(replies, 2, 4);

                List<ReplyReader.Reply> seen = next(2, () -> reader.poll(Duration.ofMillis(100)));

                assertThat(seen)
                        .extracting(reply -> Correlation.of(reply.key()).number())
                        .containsExactly(2L, 4L);
            }
        }
    }

    @Test
    void oneMoreWorkerGetsAPartitionOfItsOwn() throws Exception {
        TopicPartition twelfth = new TopicPartition(settings.topics().requests(), 11);
        assertThat(topics.endOffsets(List.of(twelfth))).isEmpty();

        topics.growRequests(12);
        topics.growRequests(9);

        assertThat(topics.endOffsets(List.of(twelfth))).containsEntry(twelfth, 0L);
        assertThat(send(11, 1)).isEqualTo(EventAddress.ofCall(7, 11, 0));
    }

    private EventAddress send(int partition, long number) throws Exception {
        return writer.send(TRIGGER, partition, header(number), EVENT).get(10, TimeUnit.SECONDS);
    }

    private static CallHeader header(long number) {
        return new CallHeader(7, 1_000, 4_000, 99, 5, new Correlation(1, number), 2, false);
    }

    private static void reply(ReplyWriter replies, int partition, long number) throws Exception {
        CompletableFuture<Long> stored = new CompletableFuture<>();
        replies.send(partition, new Correlation(1, number), EVENT, new Stored() {
            @Override
            public void stored(long offset) {
                stored.complete(offset);
            }

            @Override
            public void failed(Exception why) {
                stored.completeExceptionally(why);
            }
        });
        stored.get(10, TimeUnit.SECONDS);
    }

    private static <T> List<T> next(int count, Supplier<List<T>> poll) {
        List<T> all = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (all.size() < count && System.nanoTime() < deadline) {
            all.addAll(poll.get());
        }
        return all;
    }
}
