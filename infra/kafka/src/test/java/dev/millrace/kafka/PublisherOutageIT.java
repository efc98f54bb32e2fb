package dev.millrace.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.fault.FaultProxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a publisher says while its broker is away, and whether it is true. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublisherOutageIT {

    private static final Duration BOUND = Duration.ofSeconds(5);
    private static final EventHeader HEADER = EventHeader.accepted(1_700_000_000_000L);

    @TempDir
    static Path directory;

    private FaultProxy proxy;
    private EmbeddedKafka kafka;
    private KafkaSettings settings;
    private TopicAdmin topics;

    @BeforeAll
    void start() {
        proxy = FaultProxy.open();
        kafka = EmbeddedKafka.in(directory).behind(proxy::forwardTo).start();
        settings = KafkaSettings.of(kafka.bootstrapServers());
        topics = TopicAdmin.connect(settings, Installed.PATIENCE);
    }

    @AfterAll
    void stop() {
        topics.close();
        kafka.close();
        proxy.close();
    }

    @Test
    void whatIsRefusedWhileTheBrokerIsUnreachableIsNeverStored() throws Exception {
        TriggerDefinition trigger = Installed.trigger(1);
        topics.createTriggerTopic(1, 4);
        try (EventPublisher publisher = new EventPublisher(settings, BOUND)) {
            publisher.publish(trigger, HEADER, bytes("before"));
            proxy.cut();
            // The first one may still have found the old connection; it then ends as unknown.
            refusalOf(publisher, trigger, "during the cut");
            List<String> refused = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                String event = "refused " + i;
                assertThat(refusalOf(publisher, trigger, event)).isInstanceOf(NotStoredException.class);
                refused.add(event);
            }
            proxy.pass();
            publishWhenBack(publisher, trigger, "after");

            assertThat(stored(trigger)).contains("before", "after").doesNotContainAnyElementsOf(refused);
        } finally {
            proxy.pass();
        }
    }

    @Test
    void aBrokerThatTookTheEventButDoesNotAnswerLeavesItUnknown() throws Exception {
        TriggerDefinition trigger = Installed.trigger(2);
        topics.createTriggerTopic(2, 1);
        try (EventPublisher publisher = new EventPublisher(settings, BOUND)) {
            publisher.publish(trigger, HEADER, bytes("before"));
            proxy.stall();

            assertThat(refusalOf(publisher, trigger, "in doubt")).isInstanceOf(StorageUnknownException.class);

            proxy.pass();
            publishWhenBack(publisher, trigger, "after");
            assertThat(stored(trigger)).contains("before", "after");
        } finally {
            proxy.pass();
        }
    }

    @Test
    void aPublisherThatNeverReachedTheBrokerRefuses() {
        TriggerDefinition trigger = Installed.trigger(3);
        topics.createTriggerTopic(3, 1);
        proxy.cut();
        try (EventPublisher publisher = new EventPublisher(settings, BOUND)) {
            assertThat(refusalOf(publisher, trigger, "x")).isInstanceOf(NotStoredException.class);
        } finally {
            proxy.pass();
        }
    }

    /** What the publisher says, which it must say in time. */
    private static Throwable refusalOf(EventPublisher publisher, TriggerDefinition trigger, String event) {
        long begin = System.nanoTime();
        Throwable[] refusal = new Throwable[1];
        assertThatThrownBy(() -> publisher.publish(trigger, HEADER, bytes(event)))
                .isInstanceOfAny(NotStoredException.class, StorageUnknownException.class)
                .satisfies(e -> refusal[0] = e);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(BOUND.plusMillis(500));
        return refusal[0];
    }

    private static EventAddress publishWhenBack(EventPublisher publisher, TriggerDefinition trigger, String event)
            throws NotStoredException, StorageUnknownException {
        for (int attempt = 1; ; attempt++) {
            try {
                return publisher.publish(trigger, HEADER, bytes(event));
            } catch (NotStoredException | StorageUnknownException e) {
                if (attempt == 5) {
                    throw e;
                }
            }
        }
    }

    private List<String> stored(TriggerDefinition trigger) {
        List<String> events = new ArrayList<>();
        List<TopicPartition> lanes = topics.partitionsOf(trigger);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.consumer("test"))) {
            List<TopicPartition> existing =
                    lanes.stream().filter(topics.endOffsets(lanes)::containsKey).toList();
            consumer.assign(existing);
            consumer.seekToBeginning(existing);
            topics.endOffsets(existing).forEach((lane, end) -> {
                while (consumer.position(lane) < end) {
                    for (ConsumerRecord<byte[], byte[]> event : consumer.poll(Duration.ofMillis(200))) {
                        events.add(new String(event.value(), StandardCharsets.UTF_8));
                    }
                }
            });
        }
        return events;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
