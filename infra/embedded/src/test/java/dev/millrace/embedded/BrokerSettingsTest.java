package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class BrokerSettingsTest {
    @Test
    void listensOnLoopbackOnlyAndAdvertisesTheProxy() {
        Properties settings = new BrokerSettings(9092, 9093, 9094, Map.of()).in(Path.of("/data"));
        assertThat(settings)
                .containsEntry("listeners", "CLIENTS://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093")
                .containsEntry("advertised.listeners", "CLIENTS://127.0.0.1:9094");
    }

    @Test
    void overridesWin() {
        Properties settings = new BrokerSettings(1, 2, 1, Map.of("num.io.threads", "8")).in(Path.of("/data"));
        assertThat(settings).containsEntry("num.io.threads", "8");
    }
}
