package dev.millrace.dispatcher.http;

import dev.millrace.contract.FunctionDefinition;
import dev.millrace.contract.Limits;
import dev.millrace.program.Json;
import dev.millrace.program.Problem;
import dev.millrace.program.RequestBody;
import io.javalin.http.Context;
import java.util.Optional;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;

/**
 * What a replay is to do differently from the first time.
 *
 * @param event the event as it was edited; empty: as it was
 */
record ReplayWish(Optional<byte[]> event) {

    /** Largest body: the largest event and what is around it. */
    static final long MAX_REQUEST = Limits.ASYNC_EVENT_BYTES + 64 * 1024;

    static final String EVENT = "event";
    static final String VERSION = "version";

    /** The wish in a request's body; a request without a body has none. */
    static ReplayWish of(Context context) {
        byte[] body = RequestBody.bytes(context);
        return body.length == 0 ? new ReplayWish(Optional.empty()) : of(Members.of(json(body), EVENT, VERSION));
    }

    /** The body of a request that must have one. */
    static JsonNode body(Context context) {
        return json(RequestBody.bytes(context));
    }

    /** The same from a body that has more members. */
    static ReplayWish of(Members body) {
        body.text(VERSION)
                .filter(version -> !version.equals(FunctionDefinition.LATEST))
                .ifPresent(version -> {
                    throw body.mistake(
                            VERSION,
                            "must be " + FunctionDefinition.LATEST
                                    + ", the code that is deployed now: other versions are not"
                                    + " built yet, so there is no " + version);
                });
        return new ReplayWish(body.any(EVENT).map(ReplayWish::edited));
    }

    /** The body with its numbers as they were written: an edited event goes to the function digit by digit. */
    private static JsonNode json(byte[] body) {
        Json.check("the body", body);
        return Json.MAPPER
                .readerFor(JsonNode.class)
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .readValue(body);
    }

    private static byte[] edited(JsonNode json) {
        byte[] event = Json.MAPPER.writeValueAsBytes(json);
        if (event.length > Limits.ASYNC_EVENT_BYTES) {
            throw Problem.tooLarge("the edited event has " + event.length
                            + " bytes; an asynchronous invocation takes at most " + Limits.ASYNC_EVENT_BYTES)
                    .with("limit", Limits.ASYNC_EVENT_BYTES)
                    .exception();
        }
        return event;
    }
}
