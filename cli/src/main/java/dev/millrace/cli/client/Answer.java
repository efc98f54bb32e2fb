package dev.millrace.cli.client;

import dev.millrace.cli.json.Json;
import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What the server answered: a status, headers, and a body. */
public final class Answer {

    private final int status;
    private final byte[] body;
    private final Function<String, @Nullable String> headers;

    Answer(int status, byte[] body, Function<String, @Nullable String> headers) {
        this.status = status;
        this.body = body;
        this.headers = headers;
    }

    public int status() {
        return status;
    }

    public boolean isRefusal() {
        return status >= 400;
    }

    public byte[] body() {
        return body;
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.apply(name));
    }

    /**
     * The body as JSON.
     *
     * @throws Failure when it is none
     */
    public JsonNode json() {
        try {
            return Json.read(body);
        } catch (JacksonException e) {
            throw Failure.of(ExitCode.UNAVAILABLE, "what answers there is not Millrace: its answer is not JSON")
                    .next("millrace doctor")
                    .because(e);
        }
    }
}
