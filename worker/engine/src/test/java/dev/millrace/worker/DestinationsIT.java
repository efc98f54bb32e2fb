package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.DeadLetter;
import dev.millrace.contract.DeadLetterTarget;
import dev.millrace.contract.Destinations;
import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.Status;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.DeadLetterChange;
import dev.millrace.kafka.DeadLetterReader;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who is told of the ends of invocations, and what is kept of those that are given up. */
@RealBackends
class DestinationsIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final BlockingQueue<String> mended = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private Fleet fleet;

    @BeforeEach
    void open(KafkaSpace kafka, RedisSpace redis, @TempDir Path directory) throws Exception {
        fleet = new Fleet(kafka, redis, directory);
        fleet.define(Fleet.telling("mend", Destinations.NONE));
        fleet.define(Fleet.telling("tell", Destinations.NONE));
    }

    @AfterEach
    void close() throws Exception {
        fleet.close();
    }

    @Test
    void whoIsToBeToldOfAnEndIsToldOfIt() throws Exception {
        TriggerDefinition orders = fleet.define(Fleet.telling(
                "order",
                new Destinations(
                        new DeadLetterTarget.OfFunction(FunctionRef.of("mend")),
                        FunctionRef.of("tell"),
                        FunctionRef.of("tell"))));
        startWorker();

        EventAddress good = fleet.publish(orders, "\"good\"");
        assertThat(fleet.outcome(good).status()).isEqualTo(Status.SUCCEEDED);
        JsonNode success = next(told);
        EventAddress bad = fleet.publish(orders, "\"bad\"");
        assertThat(fleet.outcome(bad).status()).isEqualTo(Status.FAILED);
        JsonNode failure = next(told);
        JsonNode letter = next(mended);

        assertThat(success.get("status").stringValue()).isEqualTo("SUCCEEDED");
        assertThat(success.get("event").stringValue()).isEqualTo("good");
        assertThat(success.get("result").stringValue()).isEqualTo("did good");
        assertThat(success.get("function").stringValue()).isEqualTo("order");
        assertThat(failure.get("status").stringValue()).isEqualTo("FAILED");
        assertThat(failure.at("/error/message").stringValue()).contains("as told");
        assertThat(letter.at("/Body/ClientContext").stringValue()).isEqualTo("\"bad\"");
        assertThat(letter.get("RequestId")).isEqualTo(failure.get("requestId"));
        assertThat(letters(bad)).hasSize(1);
    }

    @Test
    void everyWayToBeGivenUpLeavesADeadLetter() throws Exception {
        TriggerDefinition orders = fleet.define(Fleet.telling("order", Destinations.NONE));
        TriggerDefinition numbers = fleet.define(Fleet.telling("number", Destinations.NONE));
        startWorker();

        EventAddress failed = fleet.publish(orders, "\"bad\"");
        EventAddress dead = fleet.publish(numbers, "no json");
        EventAddress expired =
                fleet.publish(orders, EventHeader.accepted(System.currentTimeMillis() - 7 * 3_600_000L), "\"good\"");
        fleet.outcome(failed);
        fleet.outcome(dead);
        fleet.outcome(expired);

        List<DeadLetter> letters = letters(failed, dead, expired);
        assertThat(letters).extracting(DeadLetter::address).containsExactlyInAnyOrder(failed, dead, expired);
        assertThat(letters)
                .extracting(DeadLetter::reason)
                .containsExactlyInAnyOrder(Status.FAILED, Status.DEAD, Status.EXPIRED);
    }

    @Test
    void oneWhoIsGoneIsCountedAndTheDeadLetterIsKept() throws Exception {
        fleet.define(Fleet.telling("fleeting", Destinations.NONE));
        TriggerDefinition orders =
                fleet.define(Fleet.telling("order", new Destinations(null, null, FunctionRef.of("fleeting"))));
        fleet.undefine("fleeting");
        startWorker();

        EventAddress bad = fleet.publish(orders, "\"bad\"");

        assertThat(fleet.outcome(bad).status()).isEqualTo(Status.FAILED);
        await().until(() -> failures("DestinationGone") == 1);
        assertThat(letters(bad)).hasSize(1);
    }

    @Test
    void aTopicOfSomebodyElsesIsToldWhileItIsThere() throws Exception {
        String topic = "strange-" + System.nanoTime();
        try (Admin admin = Admin.create(fleet.kafka.admin("test"))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
            TriggerDefinition orders = fleet.define(
                    Fleet.telling("order", new Destinations(new DeadLetterTarget.OfKafka(topic), null, null)));
            startWorker();
            fleet.outcome(fleet.publish(orders, "\"bad\""));

            ConsumerRecord<byte[], byte[]> exported = first(topic);

            JsonNode letter = JSON.readTree(exported.value());
            assertThat(letter.get("RequestId").stringValue())
                    .isEqualTo(new String(exported.key(), StandardCharsets.UTF_8));
            assertThat(letter.at("/Body/FunctionName").stringValue()).isEqualTo("order");
        }
    }

    @Test
    void aTopicThatIsNotThereIsNotMadeByTellingIt() throws Exception {
        TriggerDefinition orders = fleet.define(
                Fleet.telling("order", new Destinations(new DeadLetterTarget.OfKafka("never-made"), null, null)));
        startWorker();

        EventAddress bad = fleet.publish(orders, "\"bad\"");
        fleet.outcome(bad);

        await().until(() -> failures("DestinationGone") == 1);
        assertThat(letters(bad)).hasSize(1);
        try (Admin admin = Admin.create(fleet.kafka.admin("test"))) {
            assertThat(admin.listTopics().names().get()).doesNotContain("never-made");
        }
    }

    @Test
    void anEventPassedOnSixteenTimesIsNotRunAndPassedOnNoFurther() throws Exception {
        TriggerDefinition orders = fleet.define(
                Fleet.telling("order", new Destinations(null, FunctionRef.of("tell"), FunctionRef.of("tell"))));
        startWorker();

        Outcome end = fleet.outcome(fleet.publish(orders, passedOn(Destinations.MAX_HOPS), "\"good\""));
        Outcome before = fleet.outcome(fleet.publish(orders, passedOn(Destinations.MAX_HOPS - 1), "\"good\""));

        assertThat(end.status()).isEqualTo(Status.FAILED);
        assertThat(end.error())
                .isNotNull()
                .satisfies(error -> assertThat(error.type()).isEqualTo("TooManyHops"));
        assertThat(end.attempts()).isEmpty();
        assertThat(before.status()).isEqualTo(Status.SUCCEEDED);
        List<DeadLetter> letters = letters(2, letter -> letter.error().type().equals("TooManyHops"));
        assertThat(letters)
                .extracting(letter -> letter.trigger().function().name())
                .containsExactlyInAnyOrder("order", "tell");
        assertThat(told).isEmpty();
    }

    private void startWorker() throws Exception {
        fleet.start(fleet.worker("w")
                .meters(meters)
                .handler("order", String.class, (event, context) -> {
                    if (event.contains("bad")) {
                        throw new IllegalStateException("as told");
                    }
                    return "did " + event.replace("\"", "");
                })
                .handler("number", Integer.class, (number, context) -> number)
                .handler("mend", String.class, (event, context) -> mended.add(event))
                .handler("tell", String.class, (event, context) -> told.add(event)));
    }

    private static EventHeader passedOn(int hops) {
        return new EventHeader(System.currentTimeMillis(), 1, 0, 0, 0, null, null, null, hops, List.of());
    }

    private static JsonNode next(BlockingQueue<String> queue) throws InterruptedException {
        String event = queue.poll(40, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        return JSON.readTree(event);
    }

    private double failures(String reason) {
        Counter counter = meters.find("millrace.destinations.failed")
                .tag("reason", reason)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    /** The dead letters of these events, once all are there. */
    private List<DeadLetter> letters(EventAddress... events) {
        return letters(List.of(events).size(), letter -> List.of(events).contains(letter.address()));
    }

    /** The first so many dead letters that are meant; the tests share their topics. */
    private List<DeadLetter> letters(int count, Predicate<DeadLetter> meant) {
        List<DeadLetter> letters = new ArrayList<>();
        try (DeadLetterReader reader = new DeadLetterReader(fleet.kafka)) {
            await().atMost(Duration.ofSeconds(40)).until(() -> {
                for (DeadLetterChange change : reader.poll(Duration.ofMillis(100))) {
                    if (change instanceof DeadLetterChange.Buried buried && meant.test(buried.letter())) {
                        letters.add(buried.letter());
                    }
                }
                return letters.size() >= count;
            });
        }
        return letters;
    }

    private ConsumerRecord<byte[], byte[]> first(String topic) {
        Map<String, Object> options = fleet.kafka.consumer("test");
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(options)) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
            await().atMost(Duration.ofSeconds(40)).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
                return !found.isEmpty();
            });
            return found.getFirst();
        }
    }
}
