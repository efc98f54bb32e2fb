package dev.millrace.embedded.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxiedKafkaIT {
    @TempDir
    Path temp;

    @Test
    void aClientReachesItsBrokerThroughTheProxyOnly() throws Exception {
        try (FaultProxy proxy = FaultProxy.open();
                EmbeddedKafka kafka = EmbeddedKafka.in(temp)
                        .asShortLived()
                        .behind(proxy::forwardTo)
                        .start();
                Admin admin = Admin.create(Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "default.api.timeout.ms",
                        2_000,
                        "request.timeout.ms",
                        1_000))) {
            assertThat(admin.listTopics().names().get()).isEmpty();
            proxy.stall();
            assertThatThrownBy(() -> admin.listTopics().names().get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
            proxy.pass();
            assertThat(admin.listTopics().names().get()).isEmpty();
        }
    }
}
