package dev.millrace.cli.client;

import dev.millrace.cli.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A request to the server.
 *
 * @param path with the query, percent-encoded
 * @param patience how long the answer may take
 */
public record Request(String method, String path, Map<String, String> headers, byte[] body, Duration patience) {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] NOTHING = {};

    public static Request get(String path) {
        return of("GET", path);
    }

    public static Request put(String path) {
        return of("PUT", path);
    }

    public static Request post(String path) {
        return of("POST", path);
    }

    public static Request delete(String path) {
        return of("DELETE", path);
    }

    private static Request of(String method, String path) {
        return new Request(method, path, Map.of(), NOTHING, PATIENCE);
    }

    public Request header(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new Request(method, path, all, body, patience);
    }

    public Request json(JsonNode json) {
        return body("application/json", Json.compact(json).getBytes(StandardCharsets.UTF_8));
    }

    public Request body(String type, byte[] bytes) {
        return new Request(method, path, header("Content-Type", type).headers(), bytes, patience);
    }

    public Request patience(Duration time) {
        return new Request(method, path, headers, body, time);
    }
}
