package dev.millrace.worker.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.DelayClass;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerType;
import dev.millrace.kafka.DelayWriter;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.Stored;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.worker.consume.ConsumeLimits;
import dev.millrace.worker.consume.ConsumeSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Delay topics on a real Kafka, judged by what arrives in a trigger's topic. */
@RealBackends
class DelayConsumerIT {

    private static final int TRIGGER = 3;
    private static final int DELETED = 4;
    private static final int PARTITIONS = 4;

    private final KafkaSettings kafka;
    private final TopicAdmin topics;
    private final DelayWriter writer;
    private final List<DelayConsumer> consumers = new ArrayList<>();
    private final Queue<EventAddress> buried = new ConcurrentLinkedQueue<>();
    private final Queue<Arrival> arrived = new ConcurrentLinkedQueue<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Thread watch = Thread.ofPlatform().unstarted(this::watch);
    private volatile boolean closed;

    /** A copy in the trigger's topic and when the broker had it. */
    private record Arrival(int partition, long storedAt, EventHeader header, String event) {}

    DelayConsumerIT(KafkaSpace space) {
        Topics names = new Topics(space.prefix() + UUID.randomUUID().toString().substring(0, 8) + ".");
        kafka = KafkaSettings.of(space.bootstrapServers()).with(names);
        topics = TopicAdmin.connect(kafka, Duration.ofSeconds(30));
        writer = new DelayWriter(kafka, Clock.systemUTC());
    }

    @BeforeEach
    void open() {
        topics.createFixedTopics();
        topics.createTriggerTopic(TRIGGER, PARTITIONS);
        watch.start();
    }

    @AfterEach
    void close() throws InterruptedException {
        consumers.forEach(DelayConsumer::close);
        closed = true;
        watch.join();
        writer.close();
        topics.close();
    }

    @Test
    void whatRestsComesBackUntouchedToItsPartitionAndNeverEarly() throws Exception {
        join(DelayConsumer.DEFAULT_ROOM);
        long now = System.currentTimeMillis();
        int count = 300;
        for (int i = 0; i < count; i++) {
            rest(header(i, now + 10L * i + 2_000), "event " + i);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> arrived.size() == count);
        assertThat(arrived).allSatisfy(arrival -> {
            EventAddress origin = arrival.header().origin();
            assertThat(origin).isNotNull();
            assertThat(arrival.partition()).isEqualTo(origin.partition());
            assertThat(arrival.event()).isEqualTo("event " + origin.offset());
            assertThat(arrival.header())
                    .isEqualTo(header((int) origin.offset(), arrival.header().notBefore()));
            assertThat(arrival.storedAt())
                    .isGreaterThanOrEqualTo(arrival.header().notBefore());
        });
        assertThat(offsetsArrived()).hasSize(count);
        assertThat(meters.get("millrace.delay.lateness").timer().count()).isEqualTo(count);
    }

    @Test
    void anEventWaitsInItsTopicFirstAndThenInMemory() throws Exception {
        DelayConsumer consumer = join(DelayConsumer.DEFAULT_ROOM);
        long now = System.currentTimeMillis();
        rest(header(1, now + 9_000), "nine seconds");
        rest(header(2, now + 3_000), "three seconds");
        await().until(() -> consumer.held() == 1);
        await().atMost(Duration.ofSeconds(20)).until(() -> arrived.size() == 2);
        assertThat(arrived).extracting(Arrival::event).containsExactly("three seconds", "nine seconds");
        assertThat(arrived)
                .allSatisfy(arrival -> assertThat(arrival.storedAt())
                        .isGreaterThanOrEqualTo(arrival.header().notBefore()));
    }

    /** The clock by which they are due is their writer's; a reader whose own is right makes them wait for their delay alone. */
    @Test
    void whatAWriterWhoseClockIsAheadLetsRestDoesNotWaitForHisTime() throws Exception {
        Duration ahead = Duration.ofMinutes(50);
        join(DelayConsumer.DEFAULT_ROOM);
        try (DelayWriter wrong = new DelayWriter(kafka, Clock.offset(Clock.systemUTC(), ahead))) {
            long now = System.currentTimeMillis();
            for (int i = 0; i < 4; i++) {
                rest(wrong, header(i, now + ahead.toMillis() + 2_000L * (i + 1)), "ahead " + i);
            }
            await().atMost(Duration.ofSeconds(40)).until(() -> arrived.size() == 4);
            assertThat(arrived).allSatisfy(arrival -> {
                EventAddress origin = arrival.header().origin();
                assertThat(origin).isNotNull();
                assertThat(arrival.storedAt()).isGreaterThanOrEqualTo(now + 2_000L * (origin.offset() + 1));
                assertThat(arrival.header().notBefore()).isLessThanOrEqualTo(arrival.storedAt());
            });
        }
    }

    @Test
    void whatDoesNotFitIntoMemoryRestsInTopicsAndComesAllTheSame() throws Exception {
        DelayConsumer consumer = join(3_000);
        long now = System.currentTimeMillis();
        for (int i = 0; i < 60; i++) {
            rest(header(i, now + 3_000 + 100L * i), "x".repeat(200));
        }
        await().until(() -> consumer.held() > 0);
        await().atMost(Duration.ofSeconds(40)).until(() -> arrived.size() == 60);
        assertThat(arrived)
                .allSatisfy(arrival -> assertThat(arrival.storedAt())
                        .isGreaterThanOrEqualTo(arrival.header().notBefore()));
        assertThat(offsetsArrived()).hasSize(60);
    }

    @Test
    void aConsumerThatLeavesHandsOverWhatRestsAndNothingIsDeliveredTwice() throws Exception {
        DelayConsumer first = join(DelayConsumer.DEFAULT_ROOM);
        long now = System.currentTimeMillis();
        int count = 200;
        for (int i = 0; i < count; i++) {
            rest(header(i, now + 2_000 + 30L * i), "e");
        }
        await().until(() -> arrived.size() > 20);
        join(DelayConsumer.DEFAULT_ROOM);
        await().until(() -> arrived.size() > 60);
        first.close();
        await().atMost(Duration.ofSeconds(40)).until(() -> offsetsArrived().size() == count);
        await().until(() -> totalCommitted() == count);
        assertThat(arrived).hasSize(count);
    }

    @Test
    void garbageAndStrayEventsAreDroppedAndTheirNeighboursCome() throws Exception {
        join(DelayConsumer.DEFAULT_ROOM);
        String topic = kafka.topics().delay(DelayClass.SECOND);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(kafka.producer("test"))) {
            for (int partition = 0; partition < Topics.DELAY_PARTITIONS; partition++) {
                producer.send(new ProducerRecord<>(topic, partition, null, bytes("no header")))
                        .get();
                for (byte[] header : List.of(
                        bytes("nonsense"),
                        EventHeaderCodec.encode(EventHeader.accepted(1)),
                        EventHeaderCodec.encode(header(new EventAddress(TRIGGER, 77, 1), 1)))) {
                    producer.send(new ProducerRecord<>(
                                    topic,
                                    partition,
                                    null,
                                    null,
                                    bytes("x"),
                                    List.of(new RecordHeader(EventHeader.KEY, header))))
                            .get();
                }
            }
        }
        rest(header(new EventAddress(DELETED, 0, 5), System.currentTimeMillis()), "orphan");
        rest(header(9, System.currentTimeMillis() + 500), "good");
        await().until(() -> arrived.size() == 1 && buried.size() == 1);
        assertThat(arrived.element().event()).isEqualTo("good");
        assertThat(buried).containsExactly(new EventAddress(DELETED, 0, 5));
        await().until(() -> meters.get("millrace.delay.strays").counter().count() == 16);
    }

    @Test
    void whatSaysItWaitsForYearsIsDeliveredAtOnceAndNobodySleepsForIt() throws Exception {
        join(DelayConsumer.DEFAULT_ROOM);
        rest(header(1, EventHeader.MAX_TIME), "the year 2200");
        String topic = kafka.topics().delay(DelayClass.SECOND);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(kafka.producer("test"))) {
            byte[] header = EventHeaderCodec.encode(header(2, EventHeader.MAX_TIME));
            producer.send(new ProducerRecord<>(
                            topic, 0, null, null, bytes("forged"), List.of(new RecordHeader(EventHeader.KEY, header))))
                    .get();
        }
        await().until(() -> arrived.size() == 1);
        assertThat(arrived.element().event()).isEqualTo("forged");
    }

    private DelayConsumer join(long room) {
        ConsumeSettings settings = new ConsumeSettings(
                kafka.consumer("delay-" + consumers.size(), kafka.delayGroup()),
                kafka.delayGroup(),
                UUID.randomUUID().toString(),
                ConsumeSettings.GroupProtocol.CLASSIC,
                ConsumeLimits.defaults());
        DelayConsumer consumer = new DelayConsumer(settings, kafka.topics(), writer, Clock.systemUTC(), room);
        consumers.add(consumer);
        consumer.start(DelayConsumerIT::destination, this::bury, meters);
        return consumer;
    }

    private static Destination destination(int trigger) {
        TriggerRef ref = new TriggerRef(FunctionRef.of("resize"), "api");
        return switch (trigger) {
            case TRIGGER -> new Destination.Present(PARTITIONS);
            case DELETED -> new Destination.Deleted(ref, TriggerType.API);
            default -> new Destination.Unknown();
        };
    }

    private void bury(Destination.Deleted trigger, EventHeader header, byte[] event, Stored stored) {
        EventAddress origin = header.origin();
        assertThat(origin).isNotNull();
        buried.add(origin);
        stored.stored(0);
    }

    private void rest(EventHeader header, String event) throws Exception {
        rest(writer, header, event);
    }

    private static void rest(DelayWriter by, EventHeader header, String event) throws Exception {
        CompletableFuture<Long> done = new CompletableFuture<>();
        by.rest(header, bytes(event), new Stored() {
            @Override
            public void stored(long offset) {
                done.complete(offset);
            }

            @Override
            public void failed(Exception why) {
                done.completeExceptionally(why);
            }
        });
        done.get(20, TimeUnit.SECONDS);
    }

    private Set<Long> offsetsArrived() {
        return arrived.stream()
                .map(arrival -> arrival.header().origin().offset())
                .collect(Collectors.toSet());
    }

    private long totalCommitted() {
        List<TopicPartition> partitions = new ArrayList<>();
        for (DelayClass length : DelayClass.values()) {
            IntStream.range(0, Topics.DELAY_PARTITIONS)
                    .forEach(partition ->
                            partitions.add(new TopicPartition(kafka.topics().delay(length), partition)));
        }
        Collection<OffsetAndMetadata> committed =
                topics.committed(kafka.delayGroup(), partitions).values();
        return committed.stream().mapToLong(OffsetAndMetadata::offset).sum();
    }

    private static EventHeader header(int number, long notBefore) {
        return header(new EventAddress(TRIGGER, number % PARTITIONS, number), notBefore);
    }

    private static EventHeader header(EventAddress origin, long notBefore) {
        return new EventHeader(1_000, 2, 0, 0, notBefore, origin, "key", null, 1, List.of());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void watch() {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(kafka.consumer("watch"))) {
            consumer.assign(IntStream.range(0, PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(kafka.topics().trigger(TRIGGER), partition))
                    .toList());
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> one : consumer.poll(Duration.ofMillis(50))) {
                    arrived.add(arrival(one));
                }
            }
        }
    }

    private static Arrival arrival(ConsumerRecord<byte[], byte[]> one) {
        try {
            EventHeader header = EventHeaderCodec.decode(
                    one.headers().lastHeader(EventHeader.KEY).value());
            return new Arrival(
                    one.partition(), one.timestamp(), header, new String(one.value(), StandardCharsets.UTF_8));
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }
}
