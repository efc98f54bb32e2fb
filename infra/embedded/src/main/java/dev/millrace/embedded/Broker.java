package dev.millrace.embedded;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** The program of the child JVM: one Kafka broker and controller. The only code that touches Kafka's internal classes. */
final class Broker {
    /** Fixed, so that a data directory can be used again. */
    private static final String CLUSTER_ID = "bWlsbHJhY2UtZW1iZWRkZQ";

    private Broker() {}

    /** The argument is the broker's properties file. Ends on SIGTERM. */
    static void main(String[] args) {
        try {
            Properties settings = new Properties();
            try (InputStream file = Files.newInputStream(Path.of(args[0]))) {
                settings.load(file);
            }
            KafkaConfig config = new KafkaConfig(settings, false);
            formatOnce(config.nodeId(), Path.of(settings.getProperty("log.dirs")));
            KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
            Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "broker-shutdown"));
            server.startup();
            server.awaitShutdown();
        } catch (Exception e) {
            e.printStackTrace();
            System.err.println("Broker failed: " + rootOf(e));
            // Threads of a half-started broker would keep the process alive, and its hooks may wait for them.
            Runtime.getRuntime().halt(1);
        }
    }

    private static void formatOnce(int nodeId, Path logDirectory) throws Exception {
        if (Files.exists(logDirectory.resolve("meta.properties"))) {
            return;
        }
        new Formatter()
                .setNodeId(nodeId)
                .setClusterId(CLUSTER_ID)
                .setControllerListenerName(BrokerSettings.CONTROLLER)
                .setMetadataLogDirectory(logDirectory.toString())
                .addDirectory(logDirectory.toString())
                .run();
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
