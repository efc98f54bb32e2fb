package dev.millrace.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Attempt;
import dev.millrace.contract.AttemptError;
import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.DeadLetterCodec;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerRef;
import dev.millrace.contract.TriggerType;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RealBackends
class DeadLetterTopicIT {

    private static final Duration DELIVERY = Duration.ofSeconds(30);
    private static final AttemptError ERROR = new AttemptError(430, "ValueError", "no good", "Traceback");
    private static final EventHeader HEADER = new EventHeader(
            1_000, 3, 0, 0, 0, null, "key", null, 2, List.of(new Attempt(3, 2_000, 5, null, "w1", 0, ERROR, 0)));

    private final KafkaSettings settings;

    DeadLetterTopicIT(KafkaSpace kafka) {
        settings = Installed.fresh(kafka);
    }

    @BeforeEach
    void createTopics() {
        try (TopicAdmin topics = TopicAdmin.connect(settings, Installed.PATIENCE)) {
            topics.createFixedTopics();
        }
    }

    @Test
    void whatWasBuriedIsReadWithItsEventUntilItIsRetracted() throws Exception {
        bury(letter(1), "{\"a\":1}");
        bury(letter(2), "{\"a\":2}");

        try (DeadLetterReader reader = new DeadLetterReader(settings);
                DeadLetterEvents events = new DeadLetterEvents(settings)) {
            List<DeadLetterChange.Buried> buried = next(reader, 2).stream()
                    .map(DeadLetterChange.Buried.class::cast)
                    .toList();
            assertThat(buried).extracting(DeadLetterChange.Buried::letter).contains(letter(1), letter(2));
            assertThat(reader.isAtEnd()).isTrue();
            List<StoredDeadLetter> stored = events.read(
                    buried.stream().map(DeadLetterChange.Buried::place).toList());
            assertThat(stored)
                    .extracting(each -> new String(each.event(), StandardCharsets.UTF_8))
                    .containsExactlyInAnyOrder("{\"a\":1}", "{\"a\":2}");
            assertThat(stored).allSatisfy(each -> assertThat(each.header()).contains(HEADER));

            write(writer -> stored1 -> writer.retract(address(1), stored1));

            assertThat(next(reader, 1)).containsExactly(new DeadLetterChange.Retracted(address(1)));
        }
    }

    @Test
    void lettersFarApartAndOnesThatAreGoneAreReadInOneGo() throws Exception {
        List<DeadLetterPlace> places = new ArrayList<>();
        try (DeadLetterWriter writer = new DeadLetterWriter(settings, DELIVERY)) {
            List<CompletableFuture<Long>> stored = new ArrayList<>();
            for (int i = 0; i < 6_000; i++) {
                Told told = new Told();
                writer.bury(letter(i), HEADER, new byte[] {'1'}, told);
                stored.add(told.offset);
            }
            for (CompletableFuture<Long> each : stored) {
                each.get();
            }
        }
        try (DeadLetterReader reader = new DeadLetterReader(settings);
                DeadLetterEvents events = new DeadLetterEvents(settings)) {
            next(reader, 6_000).forEach(change -> places.add(((DeadLetterChange.Buried) change).place()));
            Collections.shuffle(places, new Random(1));
            List<DeadLetterPlace> some = new ArrayList<>(places.subList(0, 20));
            some.add(new DeadLetterPlace(0, 1_000_000));

            assertThat(events.read(some)).hasSize(20);
        }
    }

    @Test
    void anEventOfSevenMegabytesIsKept() throws Exception {
        byte[] large = new byte[7 << 20];
        new Random(1).nextBytes(large);
        write(writer -> stored -> writer.bury(letter(1), HEADER, large, stored));

        try (DeadLetterReader reader = new DeadLetterReader(settings);
                DeadLetterEvents events = new DeadLetterEvents(settings)) {
            DeadLetterChange.Buried buried =
                    (DeadLetterChange.Buried) next(reader, 1).getFirst();

            assertThat(events.read(List.of(buried.place())).getFirst().event()).isEqualTo(large);
        }
    }

    @Test
    void whatIsNoDeadLetterIsPassedOver() throws Exception {
        byte[] key = DeadLetterCodec.key(address(4));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings.producer("test"))) {
            String topic = settings.topics().dead();
            producer.send(new ProducerRecord<>(topic, 0, new byte[] {9, 9}, null))
                    .get();
            producer.send(new ProducerRecord<>(topic, 0, key, new byte[] {1})).get();
            ProducerRecord<byte[], byte[]> damaged = new ProducerRecord<>(topic, 0, key, new byte[] {1});
            damaged.headers().add(DeadLetterCodec.HEADER, new byte[] {1, 2, 3});
            producer.send(damaged).get();
        }
        bury(letter(1), "1");

        try (DeadLetterReader reader = new DeadLetterReader(settings);
                DeadLetterEvents events = new DeadLetterEvents(settings)) {
            assertThat(next(reader, 1)).hasSize(1);
            assertThat(events.read(List.of(new DeadLetterPlace(0, 0), new DeadLetterPlace(0, 2))))
                    .isEmpty();
        }
    }

    @Test
    void lettersAreKeptForFourteenDaysAndOncePerInvocation() throws Exception {
        try (Admin admin = Admin.create(settings.admin("test"))) {
            ConfigResource topic = new ConfigResource(
                    ConfigResource.Type.TOPIC, settings.topics().dead());
            var options = admin.describeConfigs(List.of(topic)).all().get().get(topic);

            assertThat(options.get("cleanup.policy").value().split(",")).containsExactlyInAnyOrder("compact", "delete");
            assertThat(Duration.ofMillis(
                            Long.parseLong(options.get("retention.ms").value())))
                    .isEqualTo(Duration.ofDays(14));
        }
    }

    private static EventAddress address(long offset) {
        return new EventAddress(7, 3, offset);
    }

    private static DeadLetter letter(long offset) {
        TriggerRef trigger = new TriggerRef(FunctionRef.of("resize"), TriggerRef.API);
        return new DeadLetter(address(offset), trigger, TriggerType.API, Status.FAILED, ERROR, 3, 5_000 + offset);
    }

    private void bury(DeadLetter letter, String event) throws Exception {
        write(writer -> stored -> writer.bury(letter, HEADER, event.getBytes(StandardCharsets.UTF_8), stored));
    }

    private void write(java.util.function.Function<DeadLetterWriter, Consumer<Stored>> what) throws Exception {
        Told told = new Told();
        try (DeadLetterWriter writer = new DeadLetterWriter(settings, DELIVERY)) {
            what.apply(writer).accept(told);
            told.offset.get();
        }
    }

    private static List<DeadLetterChange> next(DeadLetterReader reader, int count) {
        List<DeadLetterChange> read = new ArrayList<>();
        while (read.size() < count) {
            read.addAll(reader.poll(Duration.ofMillis(200)));
        }
        return read;
    }

    private static final class Told implements Stored {

        private final CompletableFuture<Long> offset = new CompletableFuture<>();

        @Override
        public void stored(long where) {
            offset.complete(where);
        }

        @Override
        public void failed(Exception why) {
            offset.completeExceptionally(why);
        }
    }
}
