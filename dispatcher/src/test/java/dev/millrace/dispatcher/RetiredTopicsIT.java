package dev.millrace.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Topics;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryWriter;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import dev.millrace.testkit.RedisSpace;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@RealBackends
class RetiredTopicsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final RetiredTopics.Pace HASTE =
            new RetiredTopics.Pace(Duration.ofMillis(100), Duration.ofMillis(1));

    @Test
    void aDeletedTriggersTopicGoesWhenNothingWaitsInItAndNotBefore(KafkaSpace kafka, RedisSpace redis)
            throws Exception {
        KafkaSettings settings = KafkaSettings.of(kafka.bootstrapServers()).with(new Topics(kafka.prefix()));
        try (RunningDispatcher dispatcher = new RunningDispatcher(kafka, redis);
                TopicAdmin admin = TopicAdmin.connect(settings, PATIENCE);
                Registry registry = Registry.start(settings, PATIENCE);
                RegistryWriter writer = new RegistryWriter(settings, admin, registry, Clock.systemUTC())) {
            dispatcher.deploy("busy");
            dispatcher.deploy("idle");
            String waiting = dispatcher.accept("busy", "1");
            String busy = dispatcher
                    .json("/v1/functions/busy/triggers/api")
                    .get("topic")
                    .stringValue();
            String idle = dispatcher
                    .json("/v1/functions/idle/triggers/api")
                    .get("topic")
                    .stringValue();
            dispatcher.send("DELETE", "/v1/functions/busy", "");
            dispatcher.send("DELETE", "/v1/functions/idle", "");

            try (RetiredTopics retired =
                    new RetiredTopics(settings, admin, registry, writer, Clock.systemUTC(), HASTE)) {
                await().atMost(PATIENCE)
                        .until(() -> !admin.topicsBelow(kafka.prefix()).contains(idle));
                assertThat(admin.topicsBelow(kafka.prefix())).contains(busy);

                dispatcher.commit(waiting);
                await().atMost(PATIENCE)
                        .until(() -> !admin.topicsBelow(kafka.prefix()).contains(busy));
                assertThat(retired).isNotNull();
            }
            assertThat(registry.view().retired()).allMatch(trigger -> trigger.drained());
        }
    }
}
