package dev.millrace.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ProgramTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(written, true, StandardCharsets.UTF_8);
    private final List<String> stopped = new ArrayList<>();

    @Test
    void partsStopInReverseOrderOfStartAndTheProgramEndsWithZero() {
        Program program = new Program("test", stream);

        int code = program.run(parts -> {
            parts.add("first", () -> stopped.add("first"));
            parts.add("second", () -> stopped.add("second"));
            program.stop();
        });

        assertThat(code).isZero();
        assertThat(stopped).containsExactly("second", "first");
        assertThat(text()).isEmpty();
    }

    @Test
    void aFailedStartIsOneLineAndStopsWhatWasStarted() {
        int code = new Program("dispatcher", stream).run(parts -> {
            parts.add("first", () -> stopped.add("first"));
            throw new StartException(StartException.UNAVAILABLE, "Kafka is not there");
        });

        assertThat(code).isEqualTo(7);
        assertThat(stopped).containsExactly("first");
        assertThat(text()).isEqualTo("dispatcher: Kafka is not there" + System.lineSeparator());
    }

    @Test
    void aPartThatFailsToStopDoesNotKeepTheOthers() {
        Program program = new Program("test", stream);

        program.run(parts -> {
            parts.add("first", () -> stopped.add("first"));
            parts.add("broken", () -> {
                throw new IllegalStateException("stuck");
            });
            program.stop();
        });

        assertThat(stopped).containsExactly("first");
    }

    @Test
    void theReadyLineIsPrintedOnce() {
        ReadyLine ready = new ReadyLine(stream);
        ready.print(URI.create("http://127.0.0.1:8080"), "internal=http://127.0.0.1:8070");
        ready.print(URI.create("http://127.0.0.1:8080"));

        assertThat(text())
                .isEqualTo("ready http://127.0.0.1:8080 internal=http://127.0.0.1:8070" + System.lineSeparator());
    }

    @Test
    void aSignalStopsTheProgramInOrderAndItEndsWithZero() throws Exception {
        assertThat(linesUntilStoppedBySignal("serves")).containsExactly("ready http://127.0.0.1:1", "stopped");
    }

    @Test
    void aSignalEndsAProgramThatStillWaitsForSomethingToStart() throws Exception {
        assertThat(linesUntilStoppedBySignal("starts")).containsExactly("starting", "stopped");
    }

    private static List<String> linesUntilStoppedBySignal(String mode) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Stoppable.class.getName(),
                        mode)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            List<String> lines = new ArrayList<>(List.of(out.readLine()));
            process.toHandle().destroy(); // Process.destroy would close the stream that is still read.
            out.lines().forEach(lines::add);
            assertThat(process.waitFor()).isZero();
            return lines;
        } finally {
            process.destroyForcibly();
        }
    }

    /** A program in a process of its own. */
    static final class Stoppable {

        private Stoppable() {}

        /** Serves, or waits for something that does not come. */
        public static void main(String[] arguments) {
            ReadyLine ready = new ReadyLine(System.out);
            int code = new Program("stoppable", System.err).run(parts -> {
                parts.add("part", () -> System.out.println("stopped"));
                if (arguments[0].equals("starts")) {
                    System.out.println("starting");
                    new CountDownLatch(1).await();
                }
                ready.print(URI.create("http://127.0.0.1:1"));
            });
            System.exit(code);
        }
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
