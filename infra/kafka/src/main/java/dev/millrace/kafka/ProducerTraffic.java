package dev.millrace.kafka;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;

/**
 * What a producer has put on the wire so far, by its own metrics: the only place where the client tells whether a record
 * that failed had ever left. Thread-safe.
 */
final class ProducerTraffic {

    private final Producer<?, ?> producer;
    private final String clientId;
    private final MetricName passes;
    /** Looked up once: this is asked before every event. */
    private final Map<String, Metric> found = new ConcurrentHashMap<>();

    ProducerTraffic(Producer<?, ?> producer, String clientId) {
        this.producer = producer;
        this.clientId = clientId;
        this.passes = new MetricName("select-total", "producer-metrics", "", Map.of("client-id", clientId));
    }

    /** Records of this topic handed to the network, each time they were. */
    double sent(String topic) {
        return ofTopic("record-send-total", topic);
    }

    /** Records of this topic that went back to be sent again. */
    double retried(String topic) {
        return ofTopic("record-retry-total", topic);
    }

    /** How often the sending thread has gone round: a record decided upon in one round has left before the next ends. */
    double passes() {
        return value(passes);
    }

    private double ofTopic(String name, String topic) {
        Metric known = found.get(name + topic);
        return known != null ? value(known) : value(look(name, topic));
    }

    /** A producer counts for a topic from its first record on. */
    private @Nullable Metric look(String name, String topic) {
        Metric metric = producer.metrics()
                .get(new MetricName(name, "producer-topic-metrics", "", Map.of("client-id", clientId, "topic", topic)));
        if (metric != null) {
            found.put(name + topic, metric);
        }
        return metric;
    }

    private double value(MetricName name) {
        return value(producer.metrics().get(name));
    }

    private static double value(@Nullable Metric metric) {
        return metric != null && metric.metricValue() instanceof Double value ? value : 0;
    }
}
