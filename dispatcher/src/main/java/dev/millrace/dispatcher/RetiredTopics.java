package dev.millrace.dispatcher;

import dev.millrace.contract.Topics;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.KafkaUnavailableException;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.kafka.registry.RegistryWriter;
import dev.millrace.kafka.registry.RetiredTrigger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to the topics of triggers that were deleted: workers bring what waits there to an end as DEAD; once everything is
 * committed, that is written down, workers leave the topic, and it is deleted. Any number of dispatchers may do so at
 * once. One thread of its own.
 */
final class RetiredTopics implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RetiredTopics.class);

    private final KafkaSettings kafka;
    private final TopicAdmin admin;
    private final Registry registry;
    private final RegistryWriter writer;
    private final InstantSource clock;
    private final Pace pace;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /**
     * How patient it is.
     *
     * @param every how often it looks
     * @param grace how long after its deletion a trigger's topic is left alone: a dispatcher that has not heard of it, or
     *     waits for the broker's word, may still store an event
     */
    record Pace(Duration every, Duration grace) {
        static final Pace USUAL = new Pace(Duration.ofSeconds(10), Duration.ofMinutes(1));
    }

    RetiredTopics(
            KafkaSettings kafka,
            TopicAdmin admin,
            Registry registry,
            RegistryWriter writer,
            InstantSource clock,
            Pace pace) {
        this.kafka = kafka;
        this.admin = admin;
        this.registry = registry;
        this.writer = writer;
        this.clock = clock;
        this.pace = pace;
        this.thread = Thread.ofVirtual().name("retired-topics").start(this::lookUntilClosed);
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // What it was about another dispatcher does.
        }
    }

    private void lookUntilClosed() {
        try {
            while (!closing.await(pace.every().toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    look();
                } catch (KafkaUnavailableException e) {
                    log.debug("topics of deleted triggers are looked at later", e);
                } catch (RuntimeException e) {
                    log.warn("topics of deleted triggers could not be looked at; trying again", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Nobody does that.
        }
    }

    private void look() {
        List<RetiredTrigger> retired = List.copyOf(registry.view().retired());
        if (retired.isEmpty()) {
            return;
        }
        Topics topics = kafka.topics();
        Set<String> present = admin.topicsBelow(topics.prefix());
        for (RetiredTrigger trigger : retired) {
            boolean exists = present.contains(topics.trigger(trigger.number()));
            if (trigger.drained() && exists) {
                admin.deleteTriggerTopic(trigger.number());
                log.info("the topic of the deleted trigger {} is deleted; nothing waited in it", trigger.ref());
            } else if (!trigger.drained()
                    && clock.millis() - trigger.retiredAt() > pace.grace().toMillis()
                    && (!exists || nothingWaits(trigger))) {
                writer.drained(trigger.number());
            }
        }
    }

    private boolean nothingWaits(RetiredTrigger trigger) {
        String topic = kafka.topics().trigger(trigger.number());
        List<TopicPartition> partitions = IntStream.range(0, trigger.partitions())
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        Map<TopicPartition, Long> ends = admin.endOffsets(partitions);
        Map<TopicPartition, OffsetAndMetadata> committed = admin.committed(kafka.workersGroup(), partitions);
        return ends.entrySet().stream().allMatch(end -> {
            OffsetAndMetadata commit = committed.get(end.getKey());
            return end.getValue() == 0 || (commit != null && commit.offset() >= end.getValue());
        });
    }
}
