package dev.millrace.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * What a broker of one node on one box needs to differ in from Kafka's defaults.
 *
 * @param port where clients connect
 * @param controllerPort where the broker reaches its own controller
 * @param advertisedPort what clients are told to connect to; differs from {@code port} if a proxy stands in front
 * @param overrides broker settings that win over the ones from here
 */
record BrokerSettings(int port, int controllerPort, int advertisedPort, Map<String, String> overrides) {
    static final String CONTROLLER = "CONTROLLER";

    private static final String ONE_NODE = "1";

    BrokerSettings {
        overrides = Map.copyOf(overrides);
    }

    Properties in(Path logDirectory) {
        Properties settings = new Properties();
        listen(settings);
        beOneNode(settings);
        staySmall(settings);
        beQuick(settings);
        settings.setProperty("log.dirs", logDirectory.toString());
        settings.setProperty("auto.create.topics.enable", "false");
        // The largest event is 8 MB; the rest is room for its heading and the batch around it.
        settings.setProperty("message.max.bytes", Integer.toString(9 << 20));
        // A developer who comes back after the holidays still finds every position.
        settings.setProperty("offsets.retention.minutes", Integer.toString(365 * 24 * 60));
        settings.putAll(overrides);
        return settings;
    }

    private void listen(Properties settings) {
        settings.setProperty(
                "listeners", "CLIENTS://127.0.0.1:%d,%s://127.0.0.1:%d".formatted(port, CONTROLLER, controllerPort));
        settings.setProperty("advertised.listeners", "CLIENTS://127.0.0.1:" + advertisedPort);
        settings.setProperty("listener.security.protocol.map", "CLIENTS:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        settings.setProperty("inter.broker.listener.name", "CLIENTS");
        settings.setProperty("controller.listener.names", CONTROLLER);
    }

    private void beOneNode(Properties settings) {
        settings.setProperty("process.roles", "broker,controller");
        settings.setProperty("node.id", ONE_NODE);
        settings.setProperty("controller.quorum.voters", ONE_NODE + "@127.0.0.1:" + controllerPort);
        for (String topic : new String[] {"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            settings.setProperty(topic + ".num.partitions", "1");
            settings.setProperty(topic + ".replication.factor", "1");
        }
        settings.setProperty("transaction.state.log.min.isr", "1");
        settings.setProperty("share.coordinator.state.topic.min.isr", "1");
    }

    private static void staySmall(Properties settings) {
        settings.setProperty("num.network.threads", "2");
        settings.setProperty("num.io.threads", "2");
        settings.setProperty("background.threads", "2");
        settings.setProperty("group.coordinator.threads", "1");
        settings.setProperty("share.coordinator.threads", "1");
        // The cleaner takes this from the heap at start; Kafka's default is 128 MB.
        settings.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        // Two index files of this size are reserved for each partition's active segment; the default is 10 MB.
        settings.setProperty("log.index.size.max.bytes", Integer.toString(256 << 10));
        // Nobody looks at this broker over JMX.
        settings.setProperty("metric.reporters", "");
    }

    private static void beQuick(Properties settings) {
        // After a kill a broker comes back only when the controller has given up its predecessor; the default is 9 s.
        settings.setProperty("broker.session.timeout.ms", "2000");
        settings.setProperty("broker.heartbeat.interval.ms", "200");
        settings.setProperty("group.initial.rebalance.delay.ms", "0");
        settings.setProperty("group.min.session.timeout.ms", "500");
        settings.setProperty("group.consumer.min.session.timeout.ms", "500");
        settings.setProperty("group.consumer.min.heartbeat.interval.ms", "100");
        settings.setProperty("group.consumer.heartbeat.interval.ms", "500");
        settings.setProperty("group.share.min.session.timeout.ms", "500");
        settings.setProperty("group.share.min.heartbeat.interval.ms", "100");
        settings.setProperty("group.share.heartbeat.interval.ms", "500");
    }
}
