package dev.millrace.worker.delay;

import dev.millrace.contract.OffsetMap;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far delay lanes are, as the broker is told and as it tells the next owner. Of the reader's thread.
 */
final class DelayCommits {

    /** Commits follow one another no closer. */
    static final long PAUSE_MILLIS = 150;

    private static final Logger log = LoggerFactory.getLogger(DelayCommits.class);
    private static final int MAX_METADATA = 4096;
    private static final Duration BROKER_PATIENCE = Duration.ofSeconds(3);

    private final Consumer<byte[], byte[]> consumer;
    private long dueAt;
    private boolean underWay;

    DelayCommits(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /** Commits what is new, unless it has just been done or is still on its way. */
    void ifDue(Collection<DelayLane> lanes, long now) {
        if (underWay || now < dueAt) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = offsets(lanes);
        if (offsets.isEmpty()) {
            return;
        }
        dueAt = now + PAUSE_MILLIS;
        Map<DelayLane, Long> said = said(lanes);
        underWay = true;
        try {
            consumer.commitAsync(offsets, (committed, failure) -> {
                underWay = false;
                if (failure == null) {
                    said.forEach(DelayLane::committed);
                } else {
                    log.debug("Commit of delay topics failed; the next one follows", failure);
                }
            });
        } catch (FencedInstanceIdException e) {
            throw e;
        } catch (KafkaException e) {
            underWay = false;
            log.debug("Commit of delay topics was not sent; the next one follows", e);
        }
    }

    /** Commits what is new of these and returns when the broker has it, or after a few seconds without. */
    void now(Collection<DelayLane> some) {
        Map<TopicPartition, OffsetAndMetadata> offsets = offsets(some);
        for (int attempt = 1; attempt <= 2 && !offsets.isEmpty(); attempt++) {
            try {
                consumer.commitSync(offsets, BROKER_PATIENCE);
                return;
            } catch (WakeupException e) {
                log.debug("Commit interrupted by the order to leave, attempt {}", attempt);
            } catch (KafkaException e) {
                log.warn(
                        "{} lanes of delay topics are let go without their last commit: some of their events are"
                                + " delivered twice and recognized",
                        offsets.size(),
                        e);
                return;
            }
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(Collection<DelayLane> some) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (DelayLane lane : some) {
            if (lane.hasNews()) {
                OffsetMap map = lane.offsetMap(MAX_METADATA);
                offsets.put(
                        new TopicPartition(lane.id().topic(), lane.id().partition()),
                        new OffsetAndMetadata(map.committed(), map.encode(MAX_METADATA)));
            }
        }
        return offsets;
    }

    private static Map<DelayLane, Long> said(Collection<DelayLane> some) {
        Map<DelayLane, Long> said = new HashMap<>();
        some.forEach(lane -> said.put(lane, lane.news()));
        return said;
    }

    /** What a commit says is done. */
    static OffsetMap known(@Nullable OffsetAndMetadata commit) {
        if (commit == null) {
            return OffsetMap.nothingAbove(0);
        }
        return OffsetMap.decode(commit.offset(), commit.metadata())
                .orElseGet(() -> OffsetMap.nothingAbove(commit.offset()));
    }

    /** The commits of these partitions; none when the broker does not tell. */
    Map<TopicPartition, OffsetAndMetadata> of(Set<TopicPartition> partitions) {
        for (int attempt = 1; attempt <= 2; attempt++) {
            try {
                return consumer.committed(partitions, BROKER_PATIENCE);
            } catch (WakeupException e) {
                log.debug("Question for commits interrupted by the order to leave, attempt {}", attempt);
            } catch (KafkaException e) {
                log.warn(
                        "{} lanes of delay topics begin without their offset maps: some of their events are delivered"
                                + " twice and recognized",
                        partitions.size(),
                        e);
            }
        }
        return Map.of();
    }
}
