package dev.millrace.cli.client;

import dev.millrace.cli.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** A {@code multipart/form-data} body, RFC 7578. Not thread-safe. */
public final class Multipart {

    private final String boundary = "millrace-" + UUID.randomUUID();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    public Multipart json(String name, JsonNode json) {
        return part(
                "form-data; name=\"" + name + "\"",
                "application/json",
                Json.compact(json).getBytes(StandardCharsets.UTF_8));
    }

    public Multipart file(String name, String fileName, String type, byte[] content) {
        return part("form-data; name=\"" + name + "\"; filename=\"" + fileName + "\"", type, content);
    }

    private Multipart part(String disposition, String type, byte[] content) {
        write("--" + boundary + "\r\nContent-Disposition: " + disposition + "\r\nContent-Type: " + type + "\r\n\r\n");
        bytes.writeBytes(content);
        write("\r\n");
        return this;
    }

    /** The whole body; to be asked for once, at the end. */
    public byte[] bytes() {
        write("--" + boundary + "--\r\n");
        return bytes.toByteArray();
    }

    private void write(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
