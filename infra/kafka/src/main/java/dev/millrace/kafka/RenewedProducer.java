package dev.millrace.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A producer that is replaced when an error has left it unusable, so that nobody has to restart. Thread-safe. */
final class RenewedProducer {

    private static final Logger LOG = LoggerFactory.getLogger(RenewedProducer.class);

    /** For {@code metadata.max.idle.ms}: what is sent after a long rest goes out as soon as what is sent all the time. */
    static final long NEVER_FORGETS = Duration.ofDays(365).toMillis();

    /** One producer and what it has sent. */
    record Line(Producer<byte[], byte[]> producer, ProducerTraffic traffic) {

        /** Sends; the callback is told all that the future would tell. */
        void send(ProducerRecord<byte[], byte[]> next, Callback told) {
            var _ = producer.send(next, told);
        }
    }

    private final Map<String, Object> options;
    private final AtomicReference<Line> line;

    RenewedProducer(Map<String, Object> options) {
        this.options = options;
        this.line = new AtomicReference<>(open());
    }

    /** Sends with the present one, and tells once what became of it. Blocks only while the send buffer is full. */
    void send(ProducerRecord<byte[], byte[]> next, Stored stored) {
        Line present = line();
        try {
            present.send(next, (where, failure) -> {
                if (failure == null) {
                    stored.stored(where.offset());
                } else {
                    stored.failed(failure);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            if (!(e instanceof ApiException || e instanceof InterruptException)) {
                renew(present, e);
            }
            stored.failed(e);
        }
    }

    /** Asks where the partitions of a topic are, and waits for the answer as long as a send would. */
    void learn(String topic) {
        try {
            int partitions = line().producer().partitionsFor(topic).size();
            LOG.debug("{} has {} partitions", topic, partitions);
        } catch (KafkaException e) {
            LOG.debug("where {} lies is asked again by the first send", topic, e);
        }
    }

    /** The one to send with now. */
    Line line() {
        return line.get();
    }

    /** Replaces this one, unless somebody has done so already. What it still has to send, it may. */
    void renew(Line broken, Throwable why) {
        Line fresh = open();
        if (line.compareAndSet(broken, fresh)) {
            LOG.warn("A producer cannot go on and is replaced: {}", why.toString());
            Thread.startVirtualThread(() -> broken.producer().close(Duration.ofSeconds(5)));
        } else {
            fresh.producer().close(Duration.ZERO);
        }
    }

    void close(Duration patience) {
        line.get().producer().close(patience);
    }

    private Line open() {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(options);
        return new Line(
                producer, new ProducerTraffic(producer, String.valueOf(options.get(ProducerConfig.CLIENT_ID_CONFIG))));
    }
}
