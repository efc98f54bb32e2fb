package dev.millrace.embedded;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis server as a child process, on 127.0.0.1 and without a password. It appends to its file and syncs it every
 * second, so the data stay in the directory between runs and a kill loses at most the last second. It never evicts. The
 * child ends with this process. Thread-safe.
 */
public final class EmbeddedRedis implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRedis.class);
    private static final int QUESTION_TIMEOUT_MS = 1_000;

    private final DataDirectory directory;
    private final int port;
    private final Map<String, String> overrides;
    private ServerProcess process;

    private EmbeddedRedis(DataDirectory directory, int port, Map<String, String> overrides) {
        this.directory = directory;
        this.port = port;
        this.overrides = overrides;
        this.process = launch();
    }

    /** A server to be started on this data directory. */
    public static Setup in(Path directory) {
        return new Setup(directory, 0, Map.of());
    }

    /**
     * How to start a server. Immutable.
     *
     * @param directory the data directory, created if needed
     * @param port where to listen; 0 draws a free port, kept until {@link EmbeddedRedis#close()}
     * @param overrides server settings (Redis's names) that win over the built-in ones
     */
    public record Setup(Path directory, int port, Map<String, String> overrides) {
        public Setup {
            overrides = Map.copyOf(overrides);
        }

        public Setup port(int port) {
            return new Setup(directory, port, overrides);
        }

        public Setup with(String setting, String value) {
            Map<String, String> more = new LinkedHashMap<>(overrides);
            more.put(setting, value);
            return new Setup(directory, port, more);
        }

        /**
         * Starts the server and returns when it has loaded its data and answers.
         *
         * @throws EmbeddedServerException if the directory or the port is in use, or the server does not come up
         */
        public EmbeddedRedis start() {
            DataDirectory locked = DataDirectory.lock(directory);
            try {
                return LoopbackPort.listening("Redis", port, drawn -> new EmbeddedRedis(locked, drawn, overrides));
            } catch (RuntimeException e) {
                locked.close();
                throw e;
            }
        }
    }

    private ServerProcess launch() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("bind", "127.0.0.1");
        settings.put("port", Integer.toString(port));
        settings.put("dir", directory.path().toString());
        settings.put("appendonly", "yes");
        settings.put("appendfsync", "everysec");
        settings.put("maxmemory-policy", "noeviction");
        // The append-only file is the one record; snapshots beside it would only cost forks.
        settings.put("save", "");
        settings.putAll(overrides);

        List<String> command = new ArrayList<>();
        command.add(RedisBinary.find(System.getenv().getOrDefault("PATH", ""), CacheDirectory.path())
                .toString());
        settings.forEach((name, value) -> command.addAll(List.of("--" + name, value)));
        ServerProcess server = ServerProcess.start("redis", directory.path(), command);
        server.awaitAnswer(this::answersPing);
        return server;
    }

    private boolean answersPing() {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(QUESTION_TIMEOUT_MS);
            socket.connect(LoopbackPort.address(port), QUESTION_TIMEOUT_MS);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
            return answer.equals("+PONG");
        } catch (IOException e) {
            LOG.debug("Redis on port {} does not answer yet", port, e);
            return false;
        }
    }

    /** {@code redis://127.0.0.1:<port>}. */
    public URI uri() {
        return URI.create("redis://127.0.0.1:" + port);
    }

    /** Where the server listens. */
    public int port() {
        return port;
    }

    /** The process ID of the server, of the last one if it is not running. */
    public synchronized long pid() {
        return process.pid();
    }

    public synchronized boolean isRunning() {
        return process.isAlive();
    }

    /** Stops the server in order, with all data on disk; data and port stay reserved for {@link #restart()}. */
    public synchronized void stop() {
        process.stop();
    }

    /** Ends the server with SIGKILL and returns when it is gone. */
    public synchronized void kill() {
        process.kill();
    }

    /** Starts the server again on the same data and port, after {@link #stop()} if it is running. */
    public synchronized void restart() {
        process.stop();
        process = launch();
    }

    /** Stops the server in order and gives the data directory back. */
    @Override
    public synchronized void close() {
        process.stop();
        directory.close();
    }
}
