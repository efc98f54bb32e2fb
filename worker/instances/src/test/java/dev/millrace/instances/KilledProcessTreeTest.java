package dev.millrace.instances;

import static dev.millrace.instances.Workshop.log;
import static dev.millrace.instances.Workshop.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledProcessTreeTest {
    /** A child, a grandchild, a daemon that left its session twice over, one that ignores signals; prints their pids. */
    private static final String FAMILY = """
            import os, signal, subprocess, sys
            def daemon():
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        signal.signal(signal.SIGTERM, signal.SIG_IGN)
                        print(os.getpid(), flush=True)
                        os.closerange(0, 3)
                        while True: signal.pause()
                    os._exit(0)
                os.wait()
            def main_handler(event, context):
                subprocess.Popen(['sh', '-c', 'sleep 600 & echo $!; echo $$; wait'])
                subprocess.Popen(['setsid', 'sh', '-c', 'trap "" TERM INT HUP; echo $$; while :; do sleep 600; done'])
                daemon()
                print(os.getpid())
                %s
            """;

    private Workshop workshop;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        workshop = new Workshop(directory);
    }

    @AfterEach
    void close() {
        workshop.close();
    }

    @Test
    void aTimeoutLeavesNothingOfTheTree() throws Exception {
        InstancePool function = workshop.pool(workshop.python()
                .source("index.py", FAMILY.formatted("while True: pass"))
                .timeout(Duration.ofMillis(1500))
                .build());

        Run run = run(function, "{}");

        assertThat(run.end()).isEqualTo(new RunEnd.TimedOut(Duration.ofMillis(1500)));
        assertThat(run.duration()).isBetween(Duration.ofMillis(1500), Duration.ofMillis(3000));
        assertThat(pidsIn(log(run))).hasSize(5).noneMatch(KilledProcessTreeTest::isRunning);
        assertThat(run(function, "{}").coldStart())
                .as("the next run gets a new instance")
                .isNotNull();
    }

    @Test
    void anExitLeavesNothingOfTheTree() throws Exception {
        InstancePool function = workshop.python(FAMILY.formatted("import time; time.sleep(0.3); os._exit(3)"));

        Run run = run(function, "{}");

        assertThat(run.end()).isEqualTo(new RunEnd.Exited(3, false));
        assertThat(pidsIn(log(run))).hasSize(5).noneMatch(KilledProcessTreeTest::isRunning);
    }

    @Test
    void closingTheHostLeavesNothingOfAnIdleInstance() throws Exception {
        InstancePool function = workshop.python(FAMILY.formatted("import time; time.sleep(0.3)"));
        List<Long> pids = pidsIn(log(run(function, "{}")));
        assertThat(pids).hasSize(5).allMatch(KilledProcessTreeTest::isRunning);

        workshop.close();

        assertThat(pids).noneMatch(KilledProcessTreeTest::isRunning);
    }

    @Test
    void aSlowStartIsGivenUpAndLeavesNothing() throws Exception {
        InstancePool function = workshop.pool(workshop.node()
                .source("index.js", "console.log(process.pid); for (;;);")
                .initTimeout(Duration.ofMillis(1500))
                .build());

        Run run = run(function, "{}");

        assertThat(run.end()).isEqualTo(new RunEnd.InitTimedOut(Duration.ofMillis(1500)));
        assertThat(run.end().statusCode()).isEqualTo(450);
        assertThat(run.coldStart()).isNotNull();
        assertThat(run.coldStart().initFunction()).isGreaterThan(Duration.ofMillis(500));
        assertThat(log(run)).isNotEmpty();
        assertThat(function.busyCount()).isZero();
    }

    @Test
    void aFunctionThatDoesNotReadItsEventTimesOut() throws Exception {
        InstancePool function = workshop.pool(workshop.node()
                .source("index.js", "exports.main_handler = e => { if (!e) setTimeout(() => { for (;;); }, 1) }")
                .timeout(Duration.ofSeconds(1))
                .build());
        run(function, "0");

        Run run = run(function, "\"" + "x".repeat(1_000_000) + "\"");

        assertThat(run.end()).isEqualTo(new RunEnd.TimedOut(Duration.ofSeconds(1)));
    }

    @Test
    void whenTheWorkerIsKilledItsInstancesDieToo(@TempDir Path directory) throws Exception {
        Process worker = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DoomedWorker.class.getName(),
                        directory.toString(),
                        FAMILY)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = worker.inputReader()) {
            List<Long> pids = output.readLine().transform(KilledProcessTreeTest::pidsIn);
            assertThat(pids)
                    .as("6 of the idle instance, 6 of the busy one")
                    .hasSize(12)
                    .allMatch(KilledProcessTreeTest::isRunning);

            worker.destroyForcibly();
            long killed = System.nanoTime();
            while (pids.stream().anyMatch(KilledProcessTreeTest::isRunning)) {
                assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(2));
                Thread.onSpinWait();
            }
        } finally {
            worker.destroyForcibly().waitFor();
        }
    }

    private static List<Long> pidsIn(String text) {
        return Stream.of(text.strip().split("\\s+")).map(Long::parseLong).toList();
    }

    /** Whether the process can still do something; one that only waits to be reaped cannot. */
    private static boolean isRunning(long pid) {
        try {
            String status = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return "ZX".indexOf(status.charAt(status.lastIndexOf(')') + 2)) < 0;
        } catch (IOException e) {
            return false; // There is no such process.
        }
    }
}
