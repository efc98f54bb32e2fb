package dev.millrace.dispatcher.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Server-sent events on one response. Belongs to the request's thread; a client that went away is noticed by the next
 * write, which throws.
 */
final class EventStream {

    private final OutputStream out;

    private EventStream(OutputStream out) {
        this.out = out;
    }

    /** Sends the head of the response. */
    static EventStream open(Context context) throws IOException {
        context.contentType("text/event-stream; charset=utf-8");
        // Past the framework's own stream, which holds back what it might compress.
        EventStream stream = new EventStream(context.res().getOutputStream());
        stream.heartbeat();
        return stream;
    }

    /** One event. The data is one line. */
    void send(String event, String data) throws IOException {
        write("event: " + event + "\ndata: " + data + "\n\n");
    }

    /** A comment, so that both sides learn whether the other is there. */
    void heartbeat() throws IOException {
        write(": \n\n");
        out.flush();
    }

    void flush() throws IOException {
        out.flush();
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
