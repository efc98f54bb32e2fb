package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopbackPortTest {
    @Test
    void aTakenPortIsRefusedBeforeTheServerStarts() throws IOException {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(LoopbackPort.address(0));
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> LoopbackPort.listening("Redis", port, drawn -> drawn))
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessage(
                            "Redis cannot listen on 127.0.0.1:%d: the port is in use; stop what listens there or"
                                    + " choose another port",
                            port);
        }
    }

    @Test
    void aLostRaceDrawsAnotherPort() {
        List<Integer> drawn = new ArrayList<>();
        int port = LoopbackPort.listening("Redis", 0, candidate -> {
            drawn.add(candidate);
            if (drawn.size() < 3) {
                throw new EmbeddedServerException.PortLost("lost");
            }
            return candidate;
        });
        assertThat(drawn).hasSize(3).endsWith(port);
    }

    @Test
    void fiveLostRacesAreReported() {
        List<Integer> drawn = new ArrayList<>();
        assertThatThrownBy(() -> LoopbackPort.listening("Redis", 0, candidate -> {
                    drawn.add(candidate);
                    throw new EmbeddedServerException.PortLost("lost");
                }))
                .isInstanceOf(EmbeddedServerException.class);
        assertThat(drawn).hasSize(5);
    }

    @Test
    void freePortsAreNoEphemeralOnes() {
        assertThat(LoopbackPort.free()).isBetween(15_000, 29_999);
    }
}
