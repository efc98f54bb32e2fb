package dev.millrace.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventStreamTest {

    private static List<EventStream.Event> events(String text) throws IOException {
        List<EventStream.Event> events = new ArrayList<>();
        try (EventStream stream = new EventStream(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
            for (Optional<EventStream.Event> event = stream.next(); event.isPresent(); event = stream.next()) {
                events.add(event.get());
            }
        }
        return events;
    }

    @Test
    void eventsCarryTheirNameAndTheirLines() throws IOException {
        assertThat(events("event: log\ndata: one\n\nevent: log\ndata:two\ndata:  three\n\ndata: x\n\n"))
                .containsExactly(
                        new EventStream.Event("log", "one"),
                        new EventStream.Event("log", "two\n three"),
                        new EventStream.Event("message", "x"));
    }

    @Test
    void anEmptyLineOfALogIsAnEvent() throws IOException {
        assertThat(events("event: log\ndata: \n\n")).containsExactly(new EventStream.Event("log", ""));
    }

    @Test
    void signsOfLifeAndUnknownFieldsArePassedOver() throws IOException {
        assertThat(events(": \n\nid: 7\nretry: 10\n\n: \n\nevent: end\ndata: FAILED\n\n"))
                .containsExactly(new EventStream.Event("end", "FAILED"));
    }

    @Test
    void anEventThatWasCutOffIsNone() throws IOException {
        assertThat(events("event: log\ndata: half")).isEmpty();
    }
}
