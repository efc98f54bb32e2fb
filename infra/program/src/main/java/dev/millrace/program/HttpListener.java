package dev.millrace.program;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.json.JavalinJackson3;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the routes of one or more programs on one port: each request on a virtual thread of its own, so that handlers
 * read straight down and may block. Every refusal is a problem document. Thread-safe.
 */
public final class HttpListener implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HttpListener.class);

    /** Requests being answered at once; further ones wait in their sockets. */
    private static final int MAX_CONCURRENT = 10_000;

    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final Javalin app;
    private final URI uri;

    private HttpListener(Javalin app, URI uri) {
        this.app = app;
        this.uri = uri;
    }

    /**
     * Starts serving.
     *
     * @param name for metrics and thread names, such as {@code api} or {@code internal}
     * @throws StartException when the address cannot be bound
     */
    public static HttpListener start(String name, ListenerSettings settings, Metrics metrics, List<Routes> programs)
            throws StartException {
        RequestGate gate = new RequestGate(name, settings.keys(), metrics);
        Javalin app = Javalin.create(config -> configure(config, name, settings, gate, programs));
        try {
            app.start();
        } catch (RuntimeException e) {
            throw bindFailure(settings, e);
        }
        return new HttpListener(app, uri(settings.host(), app.port()));
    }

    /**
     * Makes sure that this address can be listened on, for a program that wants to know before it has started the rest.
     *
     * @throws StartException when it cannot
     */
    public static void requireFree(ListenerSettings settings) throws StartException {
        InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
        if (address.isUnresolved()) {
            throw bindFailure(settings, new UnresolvedAddressException());
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true); // As Jetty does: connections of a moment ago do not count.
            probe.bind(address);
        } catch (IOException e) {
            throw bindFailure(settings, new UncheckedIOException(e));
        }
    }

    /** Where it serves, such as {@code http://127.0.0.1:8080}. */
    public URI uri() {
        return uri;
    }

    /** Takes no new requests, lets those under way finish for up to ten seconds, and frees the port. */
    @Override
    public void close() {
        try {
            app.stop();
        } catch (RuntimeException e) {
            log.warn("{}: some requests were cut off by the stop ({})", uri, e.toString());
        }
    }

    private static void configure(
            JavalinConfig config, String name, ListenerSettings settings, RequestGate gate, List<Routes> programs) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = Long.MAX_VALUE; // Each route has its own limit, see RequestGate.
        config.jsonMapper(new JavalinJackson3(Json.MAPPER, true));
        VirtualThreadPool threads = new VirtualThreadPool();
        threads.setName("http-" + name);
        threads.setMaxConcurrentTasks(MAX_CONCURRENT);
        config.jetty.threadPool = threads;
        config.jetty.modifyServer(server -> {
            server.setStopTimeout(STOP_TIMEOUT.toMillis());
            server.setErrorHandler(new ProblemErrorHandler());
        });
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setRequestHeaderSize(MAX_HEADER_BYTES);
        });
        config.jetty.addConnector((server, http) -> connector(server, http, settings));
        gate.install(config, programs);
    }

    private static Connector connector(Server server, HttpConfiguration http, ListenerSettings settings) {
        ServerConnector connector =
                new ServerConnector(server, new org.eclipse.jetty.server.HttpConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
        return connector;
    }

    private static StartException bindFailure(ListenerSettings settings, RuntimeException failure) {
        String address = settings.host() + ":" + settings.port();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return new StartException(
                        StartException.UNAVAILABLE,
                        "cannot listen on " + address + " (" + cause.getMessage()
                                + "): stop what uses the port, or choose another with --" + settings.portKey()
                                + " (0 takes any free one)");
            }
            if (cause instanceof UnresolvedAddressException) {
                return new StartException(StartException.USAGE, "cannot listen on " + address + ": no such address");
            }
        }
        throw failure;
    }

    private static URI uri(String host, int port) {
        String shown = host.contains(":") ? "[" + host + "]" : host;
        return URI.create("http://" + shown + ":" + port);
    }
}
