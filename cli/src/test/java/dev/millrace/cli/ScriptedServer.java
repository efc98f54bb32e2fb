package dev.millrace.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers what a test told it to, in the shapes of the HTTP interface, and remembers what it was asked. */
final class ScriptedServer implements AutoCloseable {

    private final HttpServer server;
    private final Map<String, Deque<Reply>> replies = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    record Asked(String line, Map<String, List<String>> headers, String body) {

        Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().getFirst())
                    .findFirst();
        }
    }

    private record Reply(int status, Map<String, String> headers, String body) {}

    ScriptedServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The next answer to this request, such as {@code GET /v1/functions}; the last one is given again and again. */
    ScriptedServer on(String request, int status, String body) {
        return on(request, status, Map.of("Content-Type", "application/json"), body);
    }

    ScriptedServer on(String request, int status, Map<String, String> headers, String body) {
        replies.computeIfAbsent(request, _ -> new ArrayDeque<>()).add(new Reply(status, headers, body));
        return this;
    }

    List<Asked> asked() {
        return asked;
    }

    /** The last request of this line. */
    Asked asked(String line) {
        return asked.stream()
                .filter(request -> request.line().equals(line))
                .reduce((_, last) -> last)
                .orElseThrow(() -> new AssertionError(line + " was not asked, but "
                        + asked.stream().map(Asked::line).toList()));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        asked.add(new Asked(line, Map.copyOf(exchange.getRequestHeaders()), text(exchange)));
        Reply reply = next(line);
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String text(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    private Reply next(String line) {
        Deque<Reply> scripted = replies.get(line);
        if (scripted == null) {
            return new Reply(404, Map.of(), "{\"title\":\"Not found\",\"detail\":\"there is no " + line + "\"}");
        }
        synchronized (scripted) {
            return scripted.size() > 1 ? scripted.remove() : scripted.element();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
