package dev.millrace.worker.execute;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** How an event's bytes become what a handler takes. Thread-safe. */
final class EventReading {

    private static final JsonFactory JSON = new JsonFactory();

    private EventReading() {}

    /** Reads events as this type. {@code byte[]} and {@code String} receive them untouched and unchecked. */
    static <I> Function<byte[], I> as(Class<I> type, JsonMapper mapper) {
        if (type == byte[].class) {
            return type::cast;
        }
        if (type == String.class) {
            return event -> type.cast(new String(event, StandardCharsets.UTF_8));
        }
        ObjectReader reader = mapper.readerFor(type);
        return reader::readValue;
    }

    /** Whether these bytes are one JSON value and nothing else. Reads them once, builds nothing. */
    static boolean isJson(byte[] event) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), event)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false; // That is the answer.
        }
    }
}
