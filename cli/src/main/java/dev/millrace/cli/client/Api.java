package dev.millrace.cli.client;

import dev.millrace.cli.shell.ExitCode;
import dev.millrace.cli.shell.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks one server. Each call blocks; safe for use by several threads.
 *
 * <p>It uses the JDK's older HTTP client on purpose: the newer one costs a command a third of a second at its first
 * request. Left alone, the older one sends a POST once more, unasked, when a connection breaks: one call could run twice.
 */
public final class Api {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    static {
        System.setProperty("sun.net.http.retryPost", "false");
    }

    private final URI endpoint;
    private final @Nullable String apiKey;

    public Api(URI endpoint, @Nullable String apiKey) {
        this.endpoint = endpoint;
        this.apiKey = apiKey;
    }

    public URI endpoint() {
        return endpoint;
    }

    /**
     * The server's answer.
     *
     * @throws Failure when the server refuses, or cannot be reached
     */
    public Answer send(Request request) {
        Answer answer = exchange(request);
        if (answer.isRefusal()) {
            throw Refusal.of(request, answer);
        }
        return answer;
    }

    /** What a refusing answer means. */
    public Failure refusal(Request request, Answer answer) {
        return Refusal.of(request, answer);
    }

    /**
     * The server's answer, refusals included.
     *
     * @throws Failure when the server cannot be reached
     */
    public Answer exchange(Request request) {
        try {
            HttpURLConnection connection = open(request);
            try (InputStream in = body(connection)) {
                return new Answer(connection.getResponseCode(), in.readAllBytes(), connection::getHeaderField);
            }
        } catch (IOException e) {
            throw unreachable(request, e);
        }
    }

    /**
     * An answer that goes on for as long as the server has something to say.
     *
     * @throws Failure when the server refuses, or cannot be reached
     */
    public EventStream follow(Request request) {
        Request streaming = request.header("Accept", "text/event-stream");
        try {
            HttpURLConnection connection = open(streaming);
            InputStream in = body(connection);
            if (connection.getResponseCode() >= 400) {
                throw Refusal.of(
                        streaming,
                        new Answer(connection.getResponseCode(), in.readAllBytes(), connection::getHeaderField));
            }
            return new EventStream(in);
        } catch (IOException e) {
            throw unreachable(streaming, e);
        }
    }

    private HttpURLConnection open(Request request) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create(endpoint + request.path()).toURL().openConnection();
        connection.setRequestMethod(request.method());
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout((int) CONNECT.toMillis());
        connection.setReadTimeout((int) request.patience().toMillis());
        connection.setRequestProperty("User-Agent", "millrace");
        connection.setRequestProperty("Accept", "application/json, */*;q=0.5");
        request.headers().forEach(connection::setRequestProperty);
        if (apiKey != null) {
            connection.setRequestProperty("Authorization", "Bearer " + apiKey);
        }
        boolean takesBody = request.method().equals("PUT") || request.method().equals("POST");
        if (takesBody) {
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(request.body());
            }
        }
        return connection;
    }

    private static InputStream body(HttpURLConnection connection) throws IOException {
        boolean refused = connection.getResponseCode() >= 400;
        InputStream in = refused ? connection.getErrorStream() : connection.getInputStream();
        return in == null ? InputStream.nullInputStream() : in;
    }

    private Failure unreachable(Request request, IOException e) {
        String what = switch (e) {
            case ConnectException _ -> "nothing answers at " + endpoint;
            case UnknownHostException _ -> "there is no host " + endpoint.getHost() + " (" + endpoint + ")";
            case SocketTimeoutException _ ->
                endpoint + " did not answer " + request.method() + " " + request.path() + " in time";
            default -> "the connection to " + endpoint + " broke: " + e.getMessage();
        };
        return Failure.of(ExitCode.UNAVAILABLE, what)
                .next("start a server by `millrace dev`, or name another by --endpoint or MILLRACE_ENDPOINT")
                .because(e);
    }
}
