package dev.millrace.embedded.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {
    private static final int SILENCE_MS = 150;

    private final FaultProxy proxy = FaultProxy.open();
    private ServerSocket backend;

    @BeforeEach
    void forward() throws IOException {
        backend = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        assertThat(proxy.forwardTo(backend.getLocalPort())).isEqualTo(proxy.port());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        backend.close();
    }

    @Test
    void bytesPassBothWaysAndSoDoesTheEnd() throws IOException {
        try (Socket client = connect();
                Socket server = backend.accept()) {
            client.getOutputStream().write(1);
            assertThat(server.getInputStream().read()).isEqualTo(1);
            server.getOutputStream().write(2);
            assertThat(client.getInputStream().read()).isEqualTo(2);
            client.shutdownOutput();
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            server.getOutputStream().write(3);
            assertThat(client.getInputStream().read()).isEqualTo(3);
        }
    }

    @Test
    void megabytesArriveWholeAndInOrder() throws Exception {
        byte[] sent = new byte[5 << 20];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = (byte) (i * 31 + (i >> 8));
        }
        try (Socket client = connect();
                Socket server = backend.accept()) {
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    client.getOutputStream().write(sent);
                    client.shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(server.getInputStream().readAllBytes()).isEqualTo(sent);
            sender.join();
        }
    }

    @Test
    void aCutResetsBothSidesAndRefusesUntilItPassesAgain() throws IOException {
        try (Socket client = connect();
                Socket server = backend.accept()) {
            proxy.cut();
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        }
        proxy.pass();
        try (Socket client = connect();
                Socket server = backend.accept()) {
            client.getOutputStream().write(1);
            assertThat(server.getInputStream().read()).isEqualTo(1);
        }
    }

    @Test
    void aStallHoldsBackBytesAndEndsUntilItPassesAgain() throws IOException {
        try (Socket client = connect();
                Socket server = backend.accept()) {
            proxy.stall();
            client.getOutputStream().write(1);
            client.shutdownOutput();
            server.setSoTimeout(SILENCE_MS);
            assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            try (Socket late = connect()) {
                assertThat(late.isConnected()).isTrue();
            }
            proxy.pass();
            server.setSoTimeout(0);
            assertThat(server.getInputStream().readAllBytes()).containsExactly(1);
        }
    }

    @Test
    void aDelayAddsToTheWayButNotToWhatFollows() throws IOException {
        try (Socket client = connect();
                Socket server = backend.accept()) {
            proxy.delay(Duration.ofMillis(200));
            long start = System.nanoTime();
            for (int i = 0; i < 10; i++) {
                client.getOutputStream().write(i);
                client.getOutputStream().flush();
            }
            assertThat(server.getInputStream().readNBytes(10)).hasSize(10);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(200), Duration.ofMillis(1_500));
        }
    }

    @Test
    void aBackendThatIsNotThereResetsTheClient() throws IOException {
        backend.close();
        try (Socket client = connect()) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.ofLiteral("127.0.0.1"), proxy.port());
    }
}
