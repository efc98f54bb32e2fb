package dev.millrace.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.shell.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTest {

    private static Failure refusal(int status, String body, Map<String, String> headers) {
        Answer answer = new Answer(status, body.getBytes(StandardCharsets.UTF_8), headers::get);
        return Refusal.of(Request.get("/v1/functions/hello"), answer);
    }

    @ParameterizedTest
    @CsvSource({
        "400, 2", "401, 4", "403, 4", "404, 3", "409, 2", "410, 3", "413, 2", "415, 2", "422, 2", "429, 5", "430, 1",
        "432, 5", "433, 1", "434, 1", "437, 1", "439, 1", "443, 1", "500, 7", "501, 2", "502, 7", "503, 7", "504, 7"
    })
    void everyStatusHasItsExitCode(int status, int exitCode) {
        assertThat(refusal(status, "{}", Map.of()).exitCode()).isEqualTo(exitCode);
    }

    @Test
    void aSynchronousCallWhoseWaitEndedGoesOn() {
        assertThat(refusal(504, "{\"requestId\":\"01f3\"}", Map.of()).exitCode())
                .isEqualTo(6);
    }

    @Test
    void theDetailIsTold() {
        Failure failure = refusal(404, "{\"detail\":\"there is no function helo; did you mean hello?\"}", Map.of());
        assertThat(failure.lines())
                .containsExactly("millrace: there is no function helo; did you mean hello?", "Next: millrace fn list");
    }

    @Test
    void everyMistakeIsTold() {
        String body = """
                {"title":"The definition is invalid","detail":"2 mistakes",
                 "mistakes":[{"path":"timeout","text":"too long"},{"path":"","text":"too odd"}]}""";
        assertThat(refusal(422, body, Map.of()).lines())
                .containsExactly("millrace: The definition is invalid", "  timeout: too long", "  too odd");
    }

    @Test
    void whenToTryAgainIsTold() {
        assertThat(refusal(429, "{\"detail\":\"the queue is full\"}", Map.of("Retry-After", "7"))
                        .lines())
                .contains("Next: try again in 7 s, or look at millrace queue list");
    }

    @Test
    void aPageOfAProxyIsNotShown() {
        assertThat(refusal(502, "<html>Bad gateway</html>", Map.of()).what())
                .isEqualTo("the server answered 502 to GET /v1/functions/hello");
    }
}
