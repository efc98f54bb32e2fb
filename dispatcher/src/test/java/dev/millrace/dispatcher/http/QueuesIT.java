package dev.millrace.dispatcher.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.dispatcher.RunningDispatcher;
import dev.millrace.kafka.DelayWriter;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.Stored;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.redis.QueueGauge;
import dev.millrace.redis.QueueGauges;
import dev.millrace.redis.Redis;
import dev.millrace.redis.RedisSettings;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** How deep queues are, why they wait, and what an autoscaler is told. */
@RealBackends
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueuesIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private RunningDispatcher dispatcher;
    private KafkaSettings kafka;
    private Registry registry;
    private Redis redis;

    @BeforeAll
    void start(KafkaSpace kafkaSpace, RedisSpace redisSpace) throws Exception {
        dispatcher = new RunningDispatcher(kafkaSpace, redisSpace);
        kafka = KafkaSettings.of(kafkaSpace.bootstrapServers()).with(new Topics(kafkaSpace.prefix()));
        registry = Registry.start(kafka, SOON);
        redis = new Redis(new RedisSettings(redisSpace.uri(), redisSpace.prefix()));
    }

    @AfterAll
    void stop() {
        redis.close();
        registry.close();
        dispatcher.close();
    }

    @Test
    void aQueueThatNobodyReadsWaitsForAWorker() throws Exception {
        dispatcher.deploy("unread");
        dispatcher.accept("unread", "1");

        JsonNode queue = queue("unread");

        assertThat(queue.get("depth").intValue()).isEqualTo(1);
        assertThat(queue.get("waitingFor").stringValue()).isEqualTo("worker");
        assertThat(queue.get("oldestAgeMs").longValue()).isGreaterThanOrEqualTo(0);
        assertThat(dispatcher.json("/v1/scaling/unread").get("backlog").intValue())
                .isEqualTo(1);
    }

    @Test
    void aQueueWithoutPermitsWaitsForConcurrencyAndIsNoReasonForMoreWorkers() throws Exception {
        put("crowded", "\"concurrency\":2");
        for (int i = 0; i < 5; i++) {
            dispatcher.accept("crowded", "1");
        }
        reportAll("crowded", new QueueGauge(0, 1, System.currentTimeMillis() - 5_000, "concurrency"), 2);

        JsonNode queue = queue("crowded");

        assertThat(queue.get("depth").intValue()).isEqualTo(5);
        assertThat(queue.get("running").intValue()).isEqualTo(2);
        assertThat(queue.get("waitingFor").stringValue()).isEqualTo("concurrency");
        assertThat(queue.get("oldestAgeMs").longValue()).isGreaterThanOrEqualTo(5_000);
        JsonNode scaling = dispatcher.json("/v1/scaling/crowded");
        assertThat(scaling.get("backlog").intValue()).isZero();
        assertThat(scaling.get("running").intValue()).isEqualTo(2);
        assertThat(scaling.get("depth").intValue()).isEqualTo(5);
    }

    @Test
    void whatRestsIsInTheQueueAndWaitsForItsTime() throws Exception {
        dispatcher.deploy("later");
        String id = dispatcher.accept("later", "1");
        long acceptedAt = System.currentTimeMillis() - 60_000;
        rest(trigger("later"), acceptedAt);
        dispatcher.commit(id);

        JsonNode queue = queue("later");

        assertThat(queue.get("depth").intValue()).isEqualTo(1);
        assertThat(queue.get("delayed").intValue()).isEqualTo(1);
        assertThat(queue.get("waitingFor").stringValue()).isEqualTo("retry-delay");
        assertThat(queue.get("oldestAgeMs").longValue()).isGreaterThanOrEqualTo(60_000);
        JsonNode scaling = dispatcher.json("/v1/namespaces/default/scaling/later");
        assertThat(scaling.get("backlog").intValue()).isZero();
        assertThat(scaling.get("delayed").intValue()).isEqualTo(1);
        assertThat(scaling.get("secondsToDrain").doubleValue()).isZero();
    }

    @Test
    void aPausedQueueSaysSoAndAFunctionsLimitIsTold() throws Exception {
        put("halted", "\"concurrency\":0,\"queueLimit\":7");
        dispatcher.accept("halted", "1");

        JsonNode queue = queue("halted");

        assertThat(queue.get("waitingFor").stringValue()).isEqualTo("paused");
        assertThat(queue.get("paused").booleanValue()).isTrue();
        assertThat(queue.get("limit").intValue()).isEqualTo(7);
        assertThat(dispatcher.json("/v1/scaling/halted").get("backlog").intValue())
                .isZero();
    }

    @Test
    void theForecastComesFromWhatWasDoneBetweenTwoQuestions() throws Exception {
        dispatcher.deploy("drained");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ids.add(dispatcher.accept("drained", "1"));
        }
        assertThat(dispatcher.json("/v1/scaling/drained").get("secondsToDrain").isNull())
                .isTrue();
        dispatcher.commit(ids.getFirst());

        await().atMost(SOON)
                .until(() -> dispatcher
                        .json("/v1/scaling/drained")
                        .get("secondsToDrain")
                        .isNumber());
        JsonNode scaling = dispatcher.json("/v1/scaling/drained");
        assertThat(scaling.get("backlog").intValue()).isEqualTo(7);
        assertThat(scaling.get("secondsToDrain").doubleValue()).isGreaterThanOrEqualTo(7);
        assertThat(dispatcher.json("/v1/scaling").get("backlog").intValue()).isGreaterThanOrEqualTo(7);
        assertThat(dispatcher
                        .json("/v1/namespaces/nobodys/scaling")
                        .get("backlog")
                        .intValue())
                .isZero();
    }

    /** What {@code infra/deploy} asks for is there, and a number. */
    @ParameterizedTest
    @ValueSource(strings = {"workers.yaml", "embedded.yaml"})
    void theExampleForKedaAsksForWhatIsAnswered(String file) throws Exception {
        dispatcher.deploy("price");
        Path example = Path.of("..", "infra", "deploy", "keda", file);
        int asked = 0;
        for (String document : Files.readString(example).split("(?m)^---$", -1)) {
            for (JsonNode trigger : new YAMLMapper().readTree(document).at("/spec/triggers")) {
                assertThat(trigger.get("type").stringValue()).isEqualTo("metrics-api");
                JsonNode metadata = trigger.get("metadata");
                String path = URI.create(metadata.get("url").stringValue()).getPath();
                assertThat(dispatcher
                                .json(path)
                                .at("/"
                                        + metadata.get("valueLocation")
                                                .stringValue()
                                                .replace('.', '/'))
                                .isNumber())
                        .as(path + " " + metadata)
                        .isTrue();
                assertThat(Integer.parseInt(metadata.get("targetValue").stringValue()))
                        .isPositive();
                asked++;
            }
        }
        assertThat(asked).isEqualTo(2);
    }

    private JsonNode queue(String function) throws Exception {
        for (JsonNode queue : dispatcher.json("/v1/queues").get("items")) {
            if (queue.get("function").stringValue().equals(function)) {
                return queue;
            }
        }
        throw new AssertionError("no queue of " + function);
    }

    private void put(String function, String more) throws Exception {
        assertThat(dispatcher
                        .send("PUT", "/v1/functions/" + function, "{\"runtime\":\"java\"," + more + "}")
                        .statusCode())
                .isEqualTo(201);
    }

    private TriggerDefinition trigger(String function) {
        TriggerRef ref = new TriggerRef(FunctionRef.of(function), TriggerRef.API);
        await().atMost(SOON).until(() -> registry.view().trigger(ref).isPresent());
        return registry.view().trigger(ref).orElseThrow();
    }

    /** Reports as workers would that own all partitions, some of which run something. */
    private void reportAll(String function, QueueGauge busy, int running) {
        TriggerDefinition trigger = trigger(function);
        Map<Integer, QueueGauge> gauges = new HashMap<>();
        for (int partition = 0; partition < trigger.partitions(); partition++) {
            gauges.put(partition, partition < running ? busy : new QueueGauge(0, 0, 0, null));
        }
        new QueueGauges(redis, Clock.systemUTC()).publish(kafka.topics().trigger(trigger.number()), gauges);
    }

    private void rest(TriggerDefinition trigger, long acceptedAt) throws Exception {
        Instant due = Instant.now().plus(Duration.ofHours(1));
        EventHeader delayed = EventHeader.accepted(acceptedAt).delayedUntil(due, Duration.ofHours(1));
        EventHeader copy = new EventHeader(
                acceptedAt,
                1,
                0,
                delayed.expiresAt(),
                delayed.notBefore(),
                new EventAddress(trigger.number(), 0, 0),
                null,
                null,
                0,
                List.of());
        CompletableFuture<Long> rests = new CompletableFuture<>();
        try (DelayWriter writer = new DelayWriter(kafka, InstantSource.system())) {
            writer.rest(copy, new byte[] {'1'}, new Stored() {
                @Override
                public void stored(long offset) {
                    rests.complete(offset);
                }

                @Override
                public void failed(Exception why) {
                    rests.completeExceptionally(why);
                }
            });
            rests.get();
        }
    }
}
