package dev.millrace.embedded.fault;

import dev.millrace.embedded.LoopbackPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy on 127.0.0.1 between a client and a backend, which does to their connections what a network does on a bad
 * day. It passes everything until told otherwise. Thread-safe.
 *
 * <p>In front of Kafka the broker must advertise the proxy: {@code EmbeddedKafka.in(dir).behind(proxy::forwardTo)}.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int BIND_ATTEMPTS = 5;

    private final int port;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final Weather weather = new Weather();
    private volatile int target;
    private ServerSocket listener;
    private Thread acceptor;

    private FaultProxy(ServerSocket listener) {
        this.port = listener.getLocalPort();
        this.listener = listener;
        this.acceptor = accept(listener);
    }

    /** A proxy on a free port. Until {@link #forwardTo} is called it drops every connection. */
    public static FaultProxy open() {
        for (int attempt = 1; ; attempt++) {
            try {
                return new FaultProxy(listen(LoopbackPort.free()));
            } catch (IOException e) {
                if (attempt == BIND_ATTEMPTS) {
                    throw new UncheckedIOException("No port for a proxy", e);
                }
            }
        }
    }

    /**
     * Sends the connections opened from now on to this port on 127.0.0.1.
     *
     * @return the proxy's own port
     */
    public int forwardTo(int backendPort) {
        target = backendPort;
        return port;
    }

    /** Where clients connect. */
    public int port() {
        return port;
    }

    /** Everything flows again, at once; what a stall held back is delivered. */
    public synchronized void pass() {
        weather.clear();
        if (listener.isClosed()) {
            try {
                listener = listen(port);
            } catch (IOException e) {
                throw new UncheckedIOException("The proxy cannot listen on its port " + port + " again", e);
            }
            acceptor = accept(listener);
        }
    }

    /** Resets all connections and refuses new ones. */
    public synchronized void cut() {
        stopListening();
        connections.forEach(ProxiedConnection::reset);
    }

    /** Connections stay open and new ones are accepted, but not a byte arrives, in either direction. */
    public void stall() {
        weather.stall();
    }

    /** Every byte takes this much longer, in each direction. Bandwidth is not limited. */
    public void delay(Duration oneWay) {
        weather.delay(oneWay);
    }

    @Override
    public void close() {
        cut();
        weather.clear();
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(loopback(port));
        return socket;
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    private Thread accept(ServerSocket socket) {
        return Thread.ofVirtual().name("fault-proxy-" + port).start(() -> {
            while (!socket.isClosed()) {
                try {
                    serve(socket, socket.accept());
                } catch (IOException closed) {
                    // Either the proxy was cut, or this one connection failed; the loop's condition tells which.
                }
            }
        });
    }

    private void serve(ServerSocket acceptedBy, Socket client) throws IOException {
        Socket backend = new Socket();
        ProxiedConnection connection = new ProxiedConnection(client, backend, weather);
        try {
            backend.connect(loopback(target));
        } catch (IOException | IllegalArgumentException unreachable) {
            connection.reset();
            return;
        }
        connections.add(connection);
        if (acceptedBy.isClosed()) {
            // Cut while this one was on its way.
            connection.reset();
        }
        connection.start(() -> connections.remove(connection));
    }

    /** A socket that a virtual thread waits on listens until that thread has left it. */
    private void stopListening() {
        try {
            listener.close();
            acceptor.join();
        } catch (IOException e) {
            throw new UncheckedIOException("The proxy cannot stop listening on port " + port, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
