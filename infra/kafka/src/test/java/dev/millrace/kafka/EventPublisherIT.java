package dev.millrace.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RealBackends
class EventPublisherIT {

    private static final EventHeader HEADER =
            EventHeader.accepted(1_700_000_000_000L).withDedupKey("order-17");
    private static final TriggerDefinition TRIGGER = Installed.trigger(1);

    private final KafkaSettings settings;
    private final TopicAdmin topics;
    private final EventPublisher publisher;
    private final EventReader reader;

    EventPublisherIT(KafkaSpace kafka) {
        settings = Installed.fresh(kafka);
        topics = TopicAdmin.connect(settings, Installed.PATIENCE);
        publisher = new EventPublisher(settings, Duration.ofSeconds(5));
        reader = new EventReader(settings, topics);
    }

    @BeforeEach
    void createTopic() {
        topics.createTriggerTopic(TRIGGER.number(), TRIGGER.partitions());
    }

    @AfterEach
    void close() {
        publisher.close();
        reader.close();
        topics.close();
    }

    @Test
    void anEventIsFoundAtItsAddressAsItWas() throws Exception {
        EventAddress address = publisher.publish(TRIGGER, HEADER, bytes("{\"a\":1}"));

        assertThat(reader.read(address)).isInstanceOfSatisfying(StoredEvent.Found.class, found -> {
            assertThat(found.header()).isEqualTo(HEADER);
            assertThat(found.event()).isEqualTo(bytes("{\"a\":1}"));
        });
    }

    @Test
    void eventsFromManyThreadsGoRoundThePartitions() throws Exception {
        List<Callable<EventAddress>> calls = IntStream.range(0, 200)
                .<Callable<EventAddress>>mapToObj(i -> () -> publisher.publish(TRIGGER, HEADER, bytes("e" + i)))
                .toList();
        Set<EventAddress> addresses = new HashSet<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<EventAddress> published : callers.invokeAll(calls)) {
                addresses.add(published.get());
            }
        }

        assertThat(addresses).hasSize(200);
        assertThat(addresses.stream()
                        .collect(Collectors.groupingBy(EventAddress::partition, Collectors.counting()))
                        .values())
                .hasSize(4)
                .allSatisfy(count -> assertThat(count).isBetween(40L, 60L));
    }

    @Test
    void anEventCanBeSentToAChosenPartition() throws Exception {
        EventAddress address =
                publisher.publishAsync(TRIGGER, 2, HEADER, bytes("x")).get();

        assertThat(address.partition()).isEqualTo(2);
    }

    @Test
    void whatWasNotStoredYetAndWhatIsGoneAreToldApart() throws Exception {
        EventAddress last = publisher.publish(TRIGGER, HEADER, bytes("x"));

        assertThat(reader.read(new EventAddress(TRIGGER.number(), last.partition(), last.offset() + 1)))
                .isEqualTo(new StoredEvent.NotYet());
        assertThat(reader.read(new EventAddress(4711, 0, 0))).isEqualTo(new StoredEvent.Gone());
        assertThat(reader.read(new EventAddress(TRIGGER.number(), 99, 0))).isEqualTo(new StoredEvent.Gone());
    }

    @Test
    void aRecordThatIsNotOursIsReadAsSuch() throws Exception {
        EventAddress address;
        try (KafkaProducer<byte[], byte[]> stranger = new KafkaProducer<>(settings.producer("stranger"))) {
            address = new EventAddress(
                    TRIGGER.number(),
                    1,
                    stranger.send(new ProducerRecord<>(settings.topics().trigger(1), 1, null, bytes("garbage")))
                            .get()
                            .offset());
        }

        assertThat(reader.read(address))
                .isInstanceOfSatisfying(
                        StoredEvent.Unreadable.class,
                        found -> assertThat(found.event()).isEqualTo(bytes("garbage")));
    }

    @Test
    void anEventForATopicThatDoesNotExistIsRefusedWithinTheBound() {
        long begin = System.nanoTime();

        assertThatThrownBy(() -> publisher.publish(Installed.trigger(4712), HEADER, bytes("x")))
                .isInstanceOf(NotStoredException.class)
                .hasMessageContaining("default/resize/api");

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void anEventTooLargeForKafkaIsRefused() throws Exception {
        assertThatThrownBy(() -> publisher.publish(TRIGGER, HEADER, incompressible(9 << 20)))
                .isInstanceOf(NotStoredException.class);

        publisher.publish(TRIGGER, HEADER, bytes("the next one goes through"));
    }

    @Test
    void whoIsInterruptedWhileWaitingDoesNotKnow() throws Exception {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> publisher.publish(TRIGGER, HEADER, bytes("x")))
                .isInstanceOfAny(StorageUnknownException.class, NotStoredException.class);

        assertThat(Thread.interrupted()).isTrue();
    }

    private static byte[] incompressible(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
