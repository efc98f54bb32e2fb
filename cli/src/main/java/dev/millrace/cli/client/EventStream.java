package dev.millrace.cli.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Server-sent events, one after another. WHATWG HTML §9.2. Not thread-safe. */
public final class EventStream implements AutoCloseable {

    private final BufferedReader in;

    EventStream(InputStream in) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /**
     * One event.
     *
     * @param name {@code message} when the server gave none
     * @param data its lines, with line breaks between
     */
    public record Event(String name, String data) {}

    /** The next event, or nothing when the server has closed the stream. Comments, its sign of life, are passed over. */
    public Optional<Event> next() throws IOException {
        String name = "message";
        List<String> data = new ArrayList<>();
        String line;
        while ((line = in.readLine()) != null) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    return Optional.of(new Event(name, String.join("\n", data)));
                }
                name = "message";
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            String trimmed = value.startsWith(" ") ? value.substring(1) : value;
            switch (field) {
                case "event" -> name = trimmed;
                case "data" -> data.add(trimmed);
                default -> {
                    // id and retry are of no use here, and what is unknown is passed over.
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
