package dev.millrace.benchmarks.sync;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** The same through the HTTP front door, over connections that are kept open. */
final class HttpCalls implements CallWay {

    private static final int OK = 200;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI invocations;

    HttpCalls(URI invocations) {
        this.invocations = invocations;
    }

    @Override
    public String title() {
        return "millrace over HTTP";
    }

    /** The JDK's client opens a connection for each; beyond this it is the client that is measured. */
    @Override
    public int mostCallers() {
        return 64;
    }

    @Override
    public void call(byte[] event) throws Exception {
        HttpResponse<byte[]> answer = client.send(
                HttpRequest.newBuilder(invocations)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(event))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != OK) {
            throw new IllegalStateException(
                    answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
