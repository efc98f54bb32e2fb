package dev.millrace.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.Topics;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaSettingsTest {

    @Test
    void optionsOfAllClientsReachAllClients() {
        KafkaSettings settings = settings(Map.of("security.protocol", "SASL_SSL", "sasl.jaas.config", "…"));

        assertThat(settings.producer("x")).containsEntry("security.protocol", "SASL_SSL");
        assertThat(settings.consumer("x")).containsEntry("sasl.jaas.config", "…");
        assertThat(settings.admin("x")).containsEntry("sasl.jaas.config", "…");
    }

    @Test
    void optionsOfOneClientReachNoOther() {
        KafkaSettings settings = settings(Map.of("fetch.max.bytes", "7", "linger.ms", "9"));

        assertThat(settings.consumer("x")).containsEntry("fetch.max.bytes", "7").doesNotContainKey("linger.ms");
        assertThat(settings.producer("x")).containsEntry("linger.ms", "9").doesNotContainKey("fetch.max.bytes");
    }

    @Test
    void anOptionCanBeMeantForOneKindOfClient() {
        KafkaSettings settings = settings(Map.of("producer.send.buffer.bytes", "1", "send.buffer.bytes", "2"));

        assertThat(settings.producer("x")).containsEntry("send.buffer.bytes", "1");
        assertThat(settings.consumer("x"))
                .containsEntry("send.buffer.bytes", "2")
                .doesNotContainKey("producer.send.buffer.bytes");
    }

    @Test
    void whatPlugInsReadPassesThrough() {
        assertThat(settings(Map.of("acme.token.url", "u")).admin("x")).containsEntry("acme.token.url", "u");
    }

    @Test
    void optionsWithValuesThatTheirClientDoesNotTakeAreAllNamed() {
        assertThatThrownBy(() -> settings(Map.of(
                        "linger.ms", "soon",
                        "consumer.fetch.max.bytes", "-5",
                        "security.protocol", "SASL_SSL",
                        "admin.retries", "few",
                        "acme.retries", "few")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("linger.ms: Invalid value soon")
                .hasMessageContaining("consumer.fetch.max.bytes: Invalid value -5")
                .hasMessageContaining("admin.retries: Invalid value few")
                .message()
                .doesNotContain("acme", "security.protocol");
    }

    @Test
    void whatThePromisesRestOnCannotBeOverridden() {
        KafkaSettings settings = settings(Map.of(
                "acks", "1",
                "enable.idempotence", "false",
                "isolation.level", "read_uncommitted",
                "enable.auto.commit", "true",
                "value.serializer", "evil.Serializer"));

        assertThat(settings.producer("x")).containsEntry("acks", "all").containsEntry("enable.idempotence", true);
        assertThat(settings.consumer("x"))
                .containsEntry("isolation.level", "read_committed")
                .containsEntry("enable.auto.commit", false);
        assertThat(settings.producer("x").get("value.serializer")).isNotEqualTo("evil.Serializer");
    }

    @Test
    void theClusterDecidesUnlessToldOtherwise() {
        assertThat(Replication.OF_CLUSTER.on(1)).isEqualTo(new Replication(1, 1));
        assertThat(Replication.OF_CLUSTER.on(2)).isEqualTo(new Replication(1, 1));
        assertThat(Replication.OF_CLUSTER.on(3)).isEqualTo(new Replication(3, 2));
        assertThat(new Replication(5, 3).on(3)).isEqualTo(new Replication(5, 3));
        assertThat(new Replication(2, 0).on(3)).isEqualTo(new Replication(2, 1));
        assertThatThrownBy(() -> new Replication(2, 3)).isInstanceOf(IllegalArgumentException.class);
    }

    private static KafkaSettings settings(Map<String, String> overrides) {
        return new KafkaSettings("localhost:1", new Topics(Topics.DEFAULT_PREFIX), Replication.OF_CLUSTER, overrides);
    }
}
