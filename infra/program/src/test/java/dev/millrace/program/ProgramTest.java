package dev.millrace.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
