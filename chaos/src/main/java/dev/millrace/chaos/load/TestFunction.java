package dev.millrace.chaos.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * The function that all events are for. It does what the event says and writes each run to a ledger of its own.
 *
 * @param ledger the ledger
 * @param marks an empty folder, for events that are to fail once
 * @param concurrency how many runs there may be at once
 */
public record TestFunction(Path ledger, Path marks, int concurrency) {

    /** Its name. */
    public static final String NAME = "grind";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
    private static final String BOUNDARY = "chaos-5ae8f1c2";

    /** While this file exists, events that depend on something fail. */
    public Path outage() {
        return marks.resolve("outage");
    }

    /** Lets its timer tick every two seconds, or no more. */
    public void tick(URI door, boolean on) throws IOException, InterruptedException {
        String timer = JSON.writeValueAsString(
                Map.of("type", "timer", "cron", "*/2 * * * * * *", "timezone", "UTC", "missed", "all", "enabled", on));
        try (HttpClient client = HttpClient.newHttpClient()) {
            body(
                    client,
                    HttpRequest.newBuilder(door.resolve("/v1/functions/" + NAME + "/triggers/tick"))
                            .header("Content-Type", "application/json")
                            .PUT(BodyPublishers.ofString(timer))
                            .timeout(PATIENCE)
                            .build());
        }
    }

    /**
     * Deploys it and returns when it is active.
     *
     * @param edition a word that makes one deployment differ from the next
     */
    public void deploy(URI door, String edition) throws IOException, InterruptedException {
        URI address = door.resolve("/v1/functions/" + NAME);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest put = HttpRequest.newBuilder(address)
                    .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                    .PUT(BodyPublishers.ofByteArray(form(edition)))
                    .timeout(PATIENCE)
                    .build();
            String answer = body(client, put);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!status(answer).equals("ACTIVE")) {
                if (System.nanoTime() > deadline || status(answer).equals("FAILED")) {
                    throw new IllegalStateException("the test function cannot be deployed: " + answer);
                }
                Thread.sleep(BETWEEN_LOOKS);
                answer = body(
                        client,
                        HttpRequest.newBuilder(address).timeout(PATIENCE).build());
            }
        }
    }

    private static String body(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IllegalStateException("the test function cannot be deployed: " + response.body());
        }
        return response.body();
    }

    private static String status(String function) {
        return JSON.readTree(function).path("status").asString("");
    }

    private byte[] form(String edition) throws IOException {
        String spec = JSON.writeValueAsString(Map.of(
                "name",
                NAME,
                "runtime",
                "python3",
                "handler",
                "grind.main_handler",
                "timeout",
                "30s",
                "concurrency",
                concurrency,
                "retry",
                Map.of("retries", 3, "delay", "1s", "maxAge", "6h"),
                "environment",
                Map.of("LEDGER", ledger.toString(), "MARKS", marks.toString(), "EDITION", edition)));
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        part(form, "name=\"spec\"", "application/json", spec.getBytes(UTF_8));
        part(form, "name=\"code\"; filename=\"code.zip\"", "application/zip", zip());
        form.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(UTF_8));
        return form.toByteArray();
    }

    private static void part(ByteArrayOutputStream form, String disposition, String type, byte[] content) {
        form.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + disposition + "\r\nContent-Type: "
                        + type + "\r\n\r\n")
                .getBytes(UTF_8));
        form.writeBytes(content);
        form.writeBytes("\r\n".getBytes(UTF_8));
    }

    private static byte[] zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream source = Objects.requireNonNull(TestFunction.class.getResourceAsStream("grind.py"));
                ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("grind.py"));
            source.transferTo(zip);
        }
        return bytes.toByteArray();
    }
}
