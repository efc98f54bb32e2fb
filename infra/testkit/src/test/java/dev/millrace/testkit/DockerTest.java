package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DockerTest {
    @Test
    void noSocketMeansNoDocker() {
        assertThat(Docker.answersAt(URI.create("unix:///no/such/docker.sock"))).isFalse();
    }

    @Test
    void aDaemonThatAnswersThePingIsThere() throws IOException {
        assertThat(answer("HTTP/1.0 200 OK\r\n\r\nOK")).isTrue();
    }

    @Test
    void anythingElseIsNoDocker() throws IOException {
        assertThat(answer("HTTP/1.0 403 Forbidden\r\n\r\n")).isFalse();
        assertThat(answer("")).isFalse();
    }

    private static boolean answer(String bytes) throws IOException {
        try (ServerSocket daemon = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerOnce(daemon, bytes));
            return Docker.answersAt(URI.create("tcp://127.0.0.1:" + daemon.getLocalPort()));
        }
    }

    private static void answerOnce(ServerSocket daemon, String bytes) {
        try (Socket socket = daemon.accept()) {
            byte[] request = new byte[100];
            assertThat(socket.getInputStream().read(request)).isPositive();
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
