package dev.millrace.kafka;

import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * What a producer has put on the wire so far, by its own metrics: the only place where the client tells whether a record
 * that failed had ever left. Thread-safe.
 */
final class ProducerTraffic {

    private final Producer<?, ?> producer;
    private final String clientId;
    private final MetricName passes;

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
        return value(new MetricName(name, "producer-topic-metrics", "", Map.of("client-id", clientId, "topic", topic)));
    }

    private double value(MetricName name) {
        Metric metric = producer.metrics().get(name);
        return metric != null && metric.metricValue() instanceof Double value ? value : 0;
    }
}
