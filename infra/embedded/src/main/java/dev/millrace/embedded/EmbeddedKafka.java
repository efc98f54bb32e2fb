package dev.millrace.embedded;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.IntUnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka cluster of one broker in a child JVM, on 127.0.0.1 and without authentication. Its data stay in the directory
 * between runs. The child ends with this process. Thread-safe.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
    private static final int QUESTION_TIMEOUT_MS = 5_000;

    private final DataDirectory directory;
    private final BrokerSettings settings;
    private final boolean shortLived;
    private ServerProcess process;

    private EmbeddedKafka(DataDirectory directory, BrokerSettings settings, boolean shortLived) {
        this.directory = directory;
        this.settings = settings;
        this.shortLived = shortLived;
        this.process = launch();
    }

    /** A broker to be started on this data directory. */
    public static Setup in(Path directory) {
        return new Setup(directory, 0, IntUnaryOperator.identity(), false, Map.of());
    }

    /**
     * How to start a broker. Immutable.
     *
     * @param directory the data directory, created and formatted if needed
     * @param port where to listen; 0 draws a free port, kept until {@link EmbeddedKafka#close()}
     * @param advertising gives, for the port where the broker listens, the one where clients are told to connect
     * @param shortLived see {@link #asShortLived()}
     * @param overrides broker settings (Kafka's names) that win over the built-in ones
     */
    public record Setup(
            Path directory, int port, IntUnaryOperator advertising, boolean shortLived, Map<String, String> overrides) {
        public Setup {
            overrides = Map.copyOf(overrides);
        }

        public Setup port(int port) {
            return new Setup(directory, port, advertising, shortLived, overrides);
        }

        /**
         * With a proxy in front. It is asked, before the broker starts, to forward to the broker's port, and answers with
         * its own, where clients will connect.
         */
        public Setup behind(IntUnaryOperator proxy) {
            return new Setup(directory, port, proxy, shortLived, overrides);
        }

        /**
         * For a broker that serves a few tests: its JVM optimizes little, so that it costs 40 % less processor time to start
         * but more under load.
         */
        public Setup asShortLived() {
            return new Setup(directory, port, advertising, true, overrides);
        }

        public Setup with(String setting, String value) {
            Map<String, String> more = new HashMap<>(overrides);
            more.put(setting, value);
            return new Setup(directory, port, advertising, shortLived, more);
        }

        /**
         * Starts the broker and returns when it answers clients.
         *
         * @throws EmbeddedServerException if the directory or the port is in use, or the broker does not come up
         */
        public EmbeddedKafka start() {
            DataDirectory locked = DataDirectory.lock(directory);
            try {
                return LoopbackPort.listening(
                        "Kafka",
                        port,
                        drawn -> new EmbeddedKafka(
                                locked,
                                new BrokerSettings(
                                        drawn, LoopbackPort.free(), advertising.applyAsInt(drawn), overrides),
                                shortLived));
            } catch (RuntimeException e) {
                locked.close();
                throw e;
            }
        }
    }

    private ServerProcess launch() {
        Path file = directory.path().resolve("broker.properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            settings.in(directory.path().resolve("log")).store(writer, null);
        } catch (IOException e) {
            throw new EmbeddedServerException("Kafka's settings cannot be written to " + file + " (" + e + ")", e);
        }
        BrokerCommand command = BrokerCommand.of(file, shortLived);
        ServerProcess broker = ServerProcess.start("kafka", directory.path(), command.words());
        try {
            awaitAnswer(broker);
            return broker;
        } catch (RuntimeException e) {
            broker.kill();
            command.discardPoorArchive();
            throw e;
        }
    }

    private void awaitAnswer(ServerProcess broker) {
        // A client that meets a closed port fills the log with warnings; so first the port, then the question.
        broker.awaitAnswer(() -> LoopbackPort.accepts(settings.port()));
        Map<String, Object> client = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:" + settings.port(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, QUESTION_TIMEOUT_MS,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, QUESTION_TIMEOUT_MS);
        try (Admin admin = Admin.create(client)) {
            broker.awaitAnswer(() -> hasBroker(admin));
        }
    }

    private static boolean hasBroker(Admin admin) {
        try {
            return !admin.describeCluster().nodes().get().isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            LOG.debug("The broker does not answer yet", e);
            return false;
        }
    }

    /** For {@code bootstrap.servers}: the advertised address. */
    public String bootstrapServers() {
        return "127.0.0.1:" + settings.advertisedPort();
    }

    /** Where the broker listens. */
    public int port() {
        return settings.port();
    }

    /** The process ID of the broker's JVM, of the last one if it is not running. */
    public synchronized long pid() {
        return process.pid();
    }

    public synchronized boolean isRunning() {
        return process.isAlive();
    }

    /** Stops the broker in order; data and port stay reserved for {@link #restart()}. */
    public synchronized void stop() {
        process.stop();
    }

    /** Ends the broker's JVM with SIGKILL and returns when it is gone. */
    public synchronized void kill() {
        process.kill();
    }

    /** Starts the broker again on the same data and port, after {@link #stop()} if it is running. */
    public synchronized void restart() {
        process.stop();
        process = launch();
    }

    /** Stops the broker in order and gives the data directory back. */
    @Override
    public synchronized void close() {
        process.stop();
        directory.close();
    }
}
