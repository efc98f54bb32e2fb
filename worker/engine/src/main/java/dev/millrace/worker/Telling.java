package dev.millrace.worker;

import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.kafka.DestinationWriter;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.Stored;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.report.Consequence;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells others of the ends of invocations. One who is gone, or whom Kafka will never let us tell, is passed over with a
 * warning and counted; the invocation and its dead letter are what they are all the same. Thread-safe.
 */
final class Telling implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Telling.class);
    private static final Duration DELIVERY = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long KNOWN_NANOS = Duration.ofSeconds(30).toNanos();

    private final DestinationWriter writer;
    private final Function<TriggerRef, Optional<TriggerDefinition>> triggers;
    private final KafkaSettings kafka;
    private final MeterRegistry meters;
    private @Nullable TopicAdmin topics;
    /** Topics that were there lately, with the time they were looked for. */
    private final Map<String, Long> present = new ConcurrentHashMap<>();

    /**
     * Tells by this cluster.
     *
     * @param triggers a trigger as it is now
     */
    Telling(KafkaSettings kafka, Function<TriggerRef, Optional<TriggerDefinition>> triggers, MeterRegistry meters) {
        this.kafka = kafka;
        this.writer = new DestinationWriter(kafka, DELIVERY);
        this.triggers = triggers;
        this.meters = meters;
    }

    void pass(Delivery delivery, Consequence.Passed passed, Stored stored) {
        Optional<TriggerDefinition> target = triggers.apply(passed.trigger());
        if (target.isEmpty()) {
            passOver(delivery, "DestinationGone", "there is no trigger " + passed.trigger() + " any more", stored);
            return;
        }
        writer.pass(
                target.get(),
                delivery.address().offset(),
                passed.header(),
                passed.event(),
                unlessFinal(delivery, "trigger", stored));
    }

    /** Asking whether the topic is still there may take its time, and nobody else must wait for it. */
    void export(Delivery delivery, Consequence.Exported exported, Stored stored) {
        Thread.startVirtualThread(() -> {
            try {
                Optional<String> against = reason(exported.topic());
                if (against.isPresent()) {
                    passOver(delivery, "DestinationGone", against.get(), stored);
                } else {
                    writer.export(
                            exported.topic(),
                            exported.requestId(),
                            exported.event(),
                            unlessFinal(delivery, "kafka", stored));
                }
            } catch (KafkaUnavailableException e) {
                stored.failed(e);
            }
        });
    }

    @Override
    public synchronized void close() {
        writer.close();
        if (topics != null) {
            topics.close();
        }
    }

    /** Connected when the first function wants a topic of somebody else's told. */
    private synchronized TopicAdmin topics() {
        TopicAdmin connected = topics;
        if (connected == null) {
            connected = TopicAdmin.connect(kafka, PATIENCE);
            topics = connected;
        }
        return connected;
    }

    private Optional<String> reason(String topic) {
        Long seen = present.get(topic);
        if (seen != null && System.nanoTime() - seen < KNOWN_NANOS) {
            return Optional.empty();
        }
        Optional<String> against = topics().reasonAgainst(topic);
        if (against.isEmpty()) {
            present.put(topic, System.nanoTime());
        } else {
            present.remove(topic);
        }
        return against;
    }

    private Stored unlessFinal(Delivery delivery, String kind, Stored stored) {
        return new Stored() {
            @Override
            public void stored(long offset) {
                meters.counter("millrace.destinations.told", "kind", kind).increment();
                stored.stored(offset);
            }

            @Override
            public void failed(Exception why) {
                if (DestinationWriter.isFinal(why)) {
                    passOver(delivery, "DestinationRefused", String.valueOf(why.getMessage()), stored);
                } else {
                    stored.failed(why);
                }
            }
        };
    }

    private void passOver(Delivery delivery, String type, String why, Stored stored) {
        meters.counter("millrace.destinations.failed", "reason", type).increment();
        log.warn(
                "{}: nobody is told of the end of event {} of {}, attempt {}: {}; its outcome stands",
                type,
                delivery.address(),
                delivery.function(),
                delivery.header().attempt(),
                why);
        stored.stored(-1);
    }
}
