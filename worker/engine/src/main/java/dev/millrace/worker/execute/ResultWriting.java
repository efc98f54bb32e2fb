package dev.millrace.worker.execute;

import dev.millrace.contract.Limits;
import dev.millrace.worker.fate.AttemptEnd;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** How what a handler returned becomes a result. Thread-safe. */
final class ResultWriting {

    private static final AttemptEnd NULL = new AttemptEnd.Returned("null".getBytes(StandardCharsets.US_ASCII));

    private final ObjectWriter writer;

    ResultWriting(JsonMapper mapper) {
        this.writer = mapper.writer();
    }

    /** The end of an attempt whose handler returned this. */
    AttemptEnd endOf(@Nullable Object returned) {
        if (returned == null) {
            return NULL;
        }
        byte[] json;
        try {
            json = writer.writeValueAsBytes(returned);
        } catch (JacksonException e) {
            return new AttemptEnd.BadReturn("a " + returned.getClass().getName()
                    + " was returned, which cannot be written" + " as JSON: " + e.getOriginalMessage());
        }
        return json.length > Limits.RESULT_BYTES
                ? AttemptEnd.ResultTooLarge.of(json.length)
                : new AttemptEnd.Returned(json);
    }
}
