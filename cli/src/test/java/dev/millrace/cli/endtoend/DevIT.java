package dev.millrace.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code millrace demo} and {@code millrace dev}, as somebody meets them who has just cloned the repository. */
class DevIT {

    private static final Path EXAMPLES = Path.of("../examples");

    @TempDir
    Path scratch;

    @Test
    @Timeout(400)
    void theDemoShowsIdResultAndLogOfEachExampleAndEndsWithZero() throws Exception {
        try (OwnProcess demo = OwnProcess.millrace(scratch, Map.of(), "demo")) {
            int exitCode = demo.awaitEnd(Duration.ofMinutes(5));

            String shown = String.join("\n", demo.lines());
            assertThat(exitCode).as(demo.errors() + shown).isZero();
            assertThat(Pattern.compile("  request  [0-9a-f-]{36}")
                            .matcher(shown)
                            .results())
                    .hasSize(4);
            assertThat(Pattern.compile("  status   SUCCEEDED").matcher(shown).results())
                    .hasSize(4);
            assertThat(shown)
                    .contains(
                            "\"greeting\":\"Hello, Grace!\"",
                            "\"greeting\":\"Hello, Ada!\"",
                            "thumbs/160/cat.jpg",
                            "\"report\":\"")
                    .contains("greeting Ada", "indexing photos/in/cat.jpg", "report of ");
            assertThat(demo.errors()).doesNotContain("WARN", "ERROR", "Exception", "\u001b");
        }
    }

    @Test
    @Timeout(400)
    void devIsReadyForAFirstInvocationAndKeepsItsDataBetweenRuns() throws Exception {
        try (Caller caller = new Caller()) {
            String requestId;
            try (OwnProcess dev = dev(EXAMPLES.resolve("hello").toString())) {
                URI api = dev.awaitReady();
                requestId = caller.invoke(api, "hello", "{\"name\":\"Ada\"}");
                assertSucceeded(caller.ended(api, requestId));
                try (OwnProcess second = dev()) {
                    assertThat(second.awaitEnd(Duration.ofSeconds(30))).isEqualTo(7);
                    assertThat(second.errors())
                            .hasLineCount(1)
                            .contains("is in use by process " + dev.pid())
                            .contains("--data");
                }
                assertThat(dev.stop()).as(dev.errors()).isZero();
                assertThat(dev.lines()).hasSize(1);
            }
            try (OwnProcess dev = dev()) {
                URI api = dev.awaitReady();
                assertSucceeded(caller.get(api, "/v1/invocations/" + requestId).json());
                assertSucceeded(caller.ended(api, caller.invoke(api, "hello", "{}")));
            }
        }
    }

    @Test
    @Timeout(400)
    void kafkaAndRedisDieWithAKilledDev() throws Exception {
        try (OwnProcess dev = dev()) {
            dev.awaitReady();
            List<ProcessHandle> children = dev.descendants();
            assertThat(children).hasSizeGreaterThanOrEqualTo(2);
            dev.kill();
            Eventually.within(
                    Duration.ofSeconds(30),
                    () -> children.stream()
                            .filter(ProcessHandle::isAlive)
                            .map(child -> child.info().toString())
                            .toList()
                            .toString(),
                    () -> children.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    @Timeout(400)
    void aPortInUseIsOneClearLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                OwnProcess dev = OwnProcess.millrace(
                        scratch, Map.of(), "dev", "--port", Integer.toString(taken.getLocalPort()))) {
            assertThat(dev.awaitEnd(Duration.ofSeconds(60))).isEqualTo(7);
            assertThat(dev.errors())
                    .hasLineCount(1)
                    .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .contains("--port");
            assertThat(dev.lines()).isEmpty();
        }
    }

    @Test
    @Timeout(200)
    void aProgramWithoutKafkaSaysSoTriesAgainAndGivesUpInTime() throws Exception {
        int nobody = unusedPort();
        try (OwnProcess worker = OwnProcess.millrace(
                scratch,
                Map.of("MILLRACE_KAFKA", "127.0.0.1:" + nobody, "MILLRACE_START_TIMEOUT", "3s"),
                "worker",
                "--internal-port",
                "0")) {
            assertThat(worker.awaitEnd(Duration.ofSeconds(30))).isEqualTo(7);
            assertThat(worker.errors().lines().filter(line -> line.startsWith("worker: ")))
                    .singleElement()
                    .asString()
                    .contains("127.0.0.1:" + nobody)
                    .contains("MILLRACE_KAFKA");
            assertThat(worker.errors()).doesNotContain("\tat ");
        }
    }

    private OwnProcess dev(String... functions) {
        List<String> arguments = new java.util.ArrayList<>(List.of("dev", "--port", "0"));
        arguments.addAll(List.of(functions));
        return OwnProcess.millrace(scratch, Map.of(), arguments.toArray(String[]::new));
    }

    private static void assertSucceeded(JsonNode invocation) {
        assertThat(invocation.path("status").asString())
                .as(invocation.toString())
                .isEqualTo("SUCCEEDED");
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
