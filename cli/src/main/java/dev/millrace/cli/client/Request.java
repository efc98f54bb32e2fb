package dev.millrace.cli.client;

import dev.millrace.cli.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A request to the server. Immutable; every path is percent-encoded and holds the query. */
public final class Request {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] NOTHING = {};

    private final String method;
    private final String path;
    private final Map<String, String> headers;
    private final byte[] body;
    private final Duration patience;

    private Request(String method, String path, Map<String, String> headers, byte[] body, Duration patience) {
        this.method = method;
        this.path = path;
        this.headers = headers;
        this.body = body;
        this.patience = patience;
    }

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

    /** The same with a further header. */
    public Request header(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new Request(method, path, all, body, patience);
    }

    /** The same with a body. */
    public Request json(JsonNode json) {
        return body("application/json", Json.compact(json).getBytes(StandardCharsets.UTF_8));
    }

    /** The same with a body. */
    public Request body(String type, byte[] bytes) {
        return new Request(method, path, header("Content-Type", type).headers, bytes, patience);
    }

    /** The same, whose answer may take this long; a minute unless this is said. */
    public Request patience(Duration time) {
        return new Request(method, path, headers, body, time);
    }

    String method() {
        return method;
    }

    String path() {
        return path;
    }

    Map<String, String> headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }

    Duration patience() {
        return patience;
    }
}
