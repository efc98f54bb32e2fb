package dev.millrace.benchmarks.stage;

import dev.millrace.benchmarks.stage.Stage.Backing;
import dev.millrace.dispatcher.Dispatcher;
import dev.millrace.program.Backends;
import dev.millrace.program.Health;
import dev.millrace.program.HttpListener;
import dev.millrace.program.ListenerSettings;
import dev.millrace.program.Metrics;
import dev.millrace.program.StartException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** A dispatcher at work, on any free port of the loopback address: it accepts over HTTP and records results. */
public final class FrontDoor implements AutoCloseable {

    private final Metrics metrics;
    private final Dispatcher dispatcher;
    private final HttpListener listener;

    private FrontDoor(Metrics metrics, Dispatcher dispatcher, HttpListener listener) {
        this.metrics = metrics;
        this.dispatcher = dispatcher;
        this.listener = listener;
    }

    /** Starts one. */
    public static FrontDoor open(Backing backing) throws StartException {
        Metrics metrics = new Metrics();
        Backends backends = new Backends(
                backing.kafka(),
                Map.of(),
                backing.kafkaSettings().topics(),
                URI.create(backing.redis()),
                backing.redisSettings().keyPrefix(),
                Backends.DEFAULT_PATIENCE);
        Dispatcher dispatcher = Dispatcher.start(backends, Clock.systemUTC(), metrics, new Health());
        try {
            HttpListener listener = HttpListener.start(
                    "api", ListenerSettings.anyLoopbackPort(), metrics, List.of(dispatcher.routes()));
            return new FrontDoor(metrics, dispatcher, listener);
        } catch (StartException e) {
            dispatcher.close();
            throw e;
        }
    }

    /** Where events of this function are accepted. */
    public URI invocations(String function) {
        return listener.uri().resolve("/v1/functions/" + function + "/invocations");
    }

    @Override
    public void close() {
        listener.close();
        dispatcher.close();
        metrics.close();
    }
}
