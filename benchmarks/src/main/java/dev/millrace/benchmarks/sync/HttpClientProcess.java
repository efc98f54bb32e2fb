package dev.millrace.benchmarks.sync;

import dev.millrace.benchmarks.stage.ChildJvm;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** The same through an HTTP server of this process, called from a process of its own. */
final class HttpClientProcess implements CallWay {

    private final String title;
    private final ChildJvm client;

    HttpClientProcess(String title, URI address) throws IOException {
        this.title = title;
        this.client = ChildJvm.start(HttpCallerCommand.NAME, List.of(address.toString()));
    }

    @Override
    public String title() {
        return title;
    }

    /** Each has a connection of its own. */
    @Override
    public int mostCallers() {
        return 64;
    }

    @Override
    public CallLoad.Figures measure(int callers, int bytes, Duration time) throws IOException {
        return CallLoad.Figures.ofWords(client.ask(callers + " " + bytes + " " + time.toMillis()));
    }

    @Override
    public void close() {
        client.close();
    }
}
