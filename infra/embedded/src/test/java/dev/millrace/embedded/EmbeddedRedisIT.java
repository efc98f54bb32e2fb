package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisIT {
    @TempDir
    Path temp;

    @Test
    void dataSurviveAnOrderlyStop() throws IOException {
        int port;
        try (EmbeddedRedis redis = EmbeddedRedis.in(temp).start()) {
            port = redis.port();
            assertThat(ask(port, "SET greeting hello")).isEqualTo("+OK");
        }
        try (EmbeddedRedis again = EmbeddedRedis.in(temp).port(port).start()) {
            assertThat(again.uri()).hasToString("redis://127.0.0.1:" + port);
            assertThat(ask(port, "EXISTS greeting")).isEqualTo(":1");
        }
    }

    @Test
    void aKilledServerComesBackOnTheSamePortAndData() throws IOException {
        try (EmbeddedRedis redis =
                EmbeddedRedis.in(temp).with("appendfsync", "always").start()) {
            assertThat(ask(redis.port(), "SET greeting hello")).isEqualTo("+OK");
            long pid = redis.pid();
            redis.kill();
            assertThat(redis.isRunning()).isFalse();
            redis.restart();
            assertThat(redis.pid()).isNotEqualTo(pid);
            assertThat(ask(redis.port(), "EXISTS greeting")).isEqualTo(":1");
        }
    }

    @Test
    void itNeverEvicts() throws IOException {
        try (EmbeddedRedis redis =
                EmbeddedRedis.in(temp).with("maxmemory", "100kb").start()) {
            assertThat(ask(redis.port(), "SET greeting hello")).startsWith("-OOM");
        }
    }

    @Test
    void itDiesWithAKilledParentAndTheNextRunTakesItsData() throws Exception {
        try (OtherProgram parent = OtherProgram.start("redis", temp)) {
            ProcessHandle server =
                    ProcessHandle.of(Long.parseLong(parent.line())).orElseThrow();
            parent.kill();
            try (EmbeddedRedis next = EmbeddedRedis.in(temp).start()) {
                assertThat(next.isRunning()).isTrue();
                assertThat(server.isAlive()).isFalse();
            }
        }
    }

    @Test
    void itDiesWithAParentWhoseWholeProcessGroupIsKilled() throws Exception {
        try (OtherProgram parent = OtherProgram.startAsGroup("redis", temp)) {
            ProcessHandle server =
                    ProcessHandle.of(Long.parseLong(parent.line())).orElseThrow();
            parent.killGroup();
            assertThat(server.onExit()).succeedsWithin(Duration.ofSeconds(20));
        }
    }

    @Test
    void aPortInUseIsRefusedInOneLineAndTheDirectoryStaysFree() throws IOException {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(LoopbackPort.address(0));
            assertThatThrownBy(() ->
                            EmbeddedRedis.in(temp).port(taken.getLocalPort()).start())
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .message()
                    .hasLineCount(1);
        }
        DataDirectory.lock(temp).close();
    }

    @Test
    void aServerThatDoesNotComeUpSaysWhy() {
        assertThatThrownBy(() ->
                        EmbeddedRedis.in(temp).with("no-such-setting", "1").start())
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("redis ended before it was ready")
                .hasMessageContaining("redis.log");
    }

    private static String ask(int port, String command) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(LoopbackPort.address(port));
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }
}
