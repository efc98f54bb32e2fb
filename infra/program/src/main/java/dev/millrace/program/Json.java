package dev.millrace.program;

import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the HTTP interface reads and writes it. Thread-safe. */
public final class Json {

    /** Reads strictly (nothing after the value, no duplicate names), writes members in the order given. */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private Json() {}

    /**
     * Reads a request's body.
     *
     * @throws ProblemException 400 with line and column when it is not JSON, 413 when it is larger than its route allows
     */
    public static JsonNode body(Context context) {
        return read("the body", RequestBody.bytes(context));
    }

    /**
     * Reads JSON.
     *
     * @param what what it is, for the message
     * @throws ProblemException 400 with line and column
     */
    public static JsonNode read(String what, byte[] bytes) {
        requireAny(what, bytes);
        try {
            return MAPPER.readTree(bytes);
        } catch (JacksonException e) {
            throw notJson(what, e);
        }
    }

    /**
     * Checks that bytes are one JSON value, without building it.
     *
     * @throws ProblemException 400 with line and column
     */
    public static void check(String what, byte[] bytes) {
        requireAny(what, bytes);
        try (JsonParser parser = MAPPER.createParser(bytes)) {
            parser.nextToken();
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw notJson(what, parser.currentTokenLocation(), "there is more after the end of the value");
            }
        } catch (JacksonException e) {
            throw notJson(what, e);
        }
    }

    private static void requireAny(String what, byte[] bytes) {
        if (bytes.length == 0) {
            throw Problem.malformed(what + " is empty; JSON is expected (null is JSON too)")
                    .exception();
        }
    }

    private static ProblemException notJson(String what, JacksonException e) {
        return notJson(what, e.getLocation(), e.getOriginalMessage());
    }

    /** Where the reader's own limits are broken, such as the length of a number, it does not say where. */
    private static ProblemException notJson(String what, @Nullable TokenStreamLocation at, String why) {
        if (at == null) {
            return Problem.malformed(what + " is not JSON that is read here: " + why)
                    .exception();
        }
        String detail = what + " is not JSON: line " + at.getLineNr() + ", column " + at.getColumnNr() + ": " + why;
        return Problem.malformed(detail)
                .with("line", at.getLineNr())
                .with("column", at.getColumnNr())
                .exception();
    }

    /** A list as every listing answers it. */
    public static Map<String, Object> list(List<?> items, @Nullable String nextCursor) {
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("items", items);
        list.put("nextCursor", nextCursor);
        return list;
    }
}
