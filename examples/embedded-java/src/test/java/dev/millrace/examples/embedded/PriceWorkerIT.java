package dev.millrace.examples.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.FunctionSpec;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.RetryPolicy;
import dev.millrace.contract.RuntimeKind;
import dev.millrace.contract.Status;
import dev.millrace.contract.Topics;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.kafka.EventPublisher;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.OutcomeReader;
import dev.millrace.kafka.OutcomeRecord;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.kafka.registry.Expected;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryWriter;
import dev.millrace.redis.RedisSettings;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import dev.millrace.worker.Worker;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

@RealBackends
class PriceWorkerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final KafkaSettings kafka;
    private final RedisSettings redis;

    PriceWorkerIT(KafkaSpace kafka, RedisSpace redis) {
        this.kafka = KafkaSettings.of(kafka.bootstrapServers()).with(new Topics(kafka.prefix()));
        this.redis = new RedisSettings(redis.uri(), redis.prefix());
    }

    @Test
    void anOrderOnKafkaBecomesAPriceInTheOutcomeLog() throws Exception {
        try (TopicAdmin topics = TopicAdmin.connect(kafka, PATIENCE);
                EventPublisher publisher = new EventPublisher(kafka)) {
            topics.createFixedTopics();
            TriggerDefinition api = define(topics);
            try (Worker worker = PriceWorker.start(kafka, redis)) {
                byte[] order = "{\"number\":\"17\",\"lines\":[{\"article\":\"rope\",\"pieces\":3,\"each\":2.50}]}"
                        .getBytes(UTF_8);
                EventAddress event = publisher.publish(api, EventHeader.accepted(System.currentTimeMillis()), order);

                Outcome outcome = outcome(event);

                assertThat(outcome.status()).isEqualTo(Status.SUCCEEDED);
                assertThat(new String(outcome.result(), UTF_8)).isEqualTo("{\"order\":\"17\",\"total\":7.50}");
                assertThat(new String(outcome.log(), UTF_8)).contains("3 x rope = 7.50");
                assertThat(outcome.attempts().getFirst().worker()).isEqualTo(worker.name());
            }
        }
    }

    /** What {@code millrace deploy examples/embedded-java} does. */
    private TriggerDefinition define(TopicAdmin topics) throws Exception {
        FunctionSpec spec = new FunctionSpec(
                PriceWorker.PRICE,
                RuntimeKind.JAVA,
                "java",
                "price",
                128,
                Duration.ofSeconds(3),
                Duration.ofSeconds(30),
                300,
                Map.of(),
                RetryPolicy.DEFAULT,
                Duration.ofHours(1));
        try (Registry registry = Registry.start(kafka, PATIENCE);
                RegistryWriter writer = new RegistryWriter(kafka, topics, registry, Clock.systemUTC())) {
            writer.installation();
            long revision = writer.putFunction(spec, null, Expected.anything()).revision();
            assertThat(registry.await(revision, PATIENCE)).isTrue();
            return registry.view()
                    .trigger(new TriggerRef(PriceWorker.PRICE, TriggerRef.API))
                    .orElseThrow();
        }
    }

    private Outcome outcome(EventAddress event) throws Exception {
        int partition = Topics.outcomePartition(event);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (OutcomeReader reader = OutcomeReader.of(kafka, "test", Map.of(partition, 0L))) {
            while (System.nanoTime() < deadline) {
                for (OutcomeRecord next : reader.poll(Duration.ofMillis(100))) {
                    for (Outcome outcome : OutcomePack.decode(next.pack()).outcomes()) {
                        if (outcome.address().equals(event)) {
                            return outcome;
                        }
                    }
                }
            }
        }
        throw new AssertionError("no outcome of " + event + " within " + PATIENCE);
    }
}
