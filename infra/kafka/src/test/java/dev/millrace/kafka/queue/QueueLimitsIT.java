package dev.millrace.kafka.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.EventHeader;
import dev.millrace.contract.OffsetMap;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.kafka.DelayWriter;
import dev.millrace.kafka.EventPublisher;
import dev.millrace.kafka.Installed;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.NotStoredException;
import dev.millrace.kafka.QueueFullException;
import dev.millrace.kafka.Stored;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.testkit.KafkaSpace;
import dev.millrace.testkit.RealBackends;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Queues are never fuller than their limit, whoever else lets events in. */
@RealBackends
class QueueLimitsIT {

    private static final TriggerDefinition TRIGGER = Installed.trigger(1);
    private static final TriggerDefinition OTHER = Installed.trigger(2);
    private static final byte[] EVENT = {'1'};

    private final KafkaSettings settings;
    private final TopicAdmin topics;
    private final Registry registry;
    private final List<Door> doors = new ArrayList<>();
    private volatile int limit = 10;

    QueueLimitsIT(KafkaSpace kafka) {
        settings = Installed.fresh(kafka);
        topics = TopicAdmin.connect(settings, Installed.PATIENCE);
        topics.createFixedTopics();
        registry = Registry.start(settings, Installed.PATIENCE);
        topics.createTriggerTopic(TRIGGER.number(), TRIGGER.partitions());
        topics.createTriggerTopic(OTHER.number(), OTHER.partitions());
    }

    @AfterEach
    void close() {
        doors.forEach(Door::close);
        registry.close();
        topics.close();
    }

    @Test
    void aSingleProcessFillsAQueueToTheEvent() throws Exception {
        Door door = open();
        for (int i = 0; i < 10; i++) {
            door.publish(TRIGGER);
        }
        assertThatThrownBy(() -> door.publish(TRIGGER))
                .isInstanceOf(QueueFullException.class)
                .hasMessageContaining("10 events")
                .hasMessageContaining("limit is 10");
        assertThat(stored(TRIGGER)).isEqualTo(10);
        door.publish(OTHER);

        limit = 11;
        door.publish(TRIGGER);
        assertThatThrownBy(() -> door.publish(TRIGGER)).isInstanceOf(QueueFullException.class);
    }

    @Test
    void whatIsDoneMakesRoomAlsoBehindWhatStillRuns() throws Exception {
        Door door = open();
        List<EventAddress> in = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            in.add(door.publish(TRIGGER));
        }
        EventAddress last = in.getLast();
        OffsetMap.Builder done = new OffsetMap.Builder(0, 100);
        done.done(1, last.offset() + 1);
        commit(
                settings.workersGroup(),
                TRIGGER,
                last.partition(),
                0,
                done.build().encode(100));

        int room = (int) last.offset();
        assertThat(room).isPositive();
        for (int i = 0; i < room; i++) {
            publishWhenThereIsRoom(door);
        }
        assertThat(fill(door)).isZero();
    }

    @Test
    void severalAtOnceNeverExceedTheLimitAndNearlyReachIt() throws Exception {
        limit = 200;
        List<Door> all = List.of(open(), open(), open());
        AtomicInteger refused = new AtomicInteger();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < 48; caller++) {
                Door door = all.get(caller % all.size());
                var _ = callers.submit(() -> refused.addAndGet(publishUntilFull(door)));
            }
        }
        assertThat(stored(TRIGGER)).isBetween(180L, 200L);
        assertThat(refused).hasValue(48);
    }

    @Test
    void whatRestsCountsForItsOwnQueueOnly() throws Exception {
        Door door = open();
        rest(TRIGGER, 7);
        assertThat(fill(door)).isEqualTo(3);
        for (int i = 0; i < 10; i++) {
            door.publish(OTHER);
        }
        assertThatThrownBy(() -> door.publish(OTHER)).isInstanceOf(QueueFullException.class);
    }

    @Test
    void oneThatHasLeftMakesRoomForTheOthers() throws Exception {
        limit = 2;
        Door first = open();
        first.publish(TRIGGER);
        Door second = open();
        assertThatThrownBy(() -> second.publish(TRIGGER)).isInstanceOf(QueueFullException.class);
        doors.remove(second);
        second.close();
        publishWhenThereIsRoom(first);
        assertThat(stored(TRIGGER)).isEqualTo(2);
    }

    private static void publishWhenThereIsRoom(Door door) throws Exception {
        while (true) {
            try {
                door.publish(TRIGGER);
                return;
            } catch (QueueFullException e) {
                Thread.onSpinWait();
            }
        }
    }

    private int publishUntilFull(Door door) throws Exception {
        while (true) {
            try {
                door.publish(TRIGGER);
            } catch (QueueFullException e) {
                return 1;
            }
        }
    }

    private int fill(Door door) throws Exception {
        for (int in = 0; ; in++) {
            try {
                door.publish(TRIGGER);
            } catch (QueueFullException e) {
                return in;
            }
        }
    }

    private Door open() {
        Door door = new Door();
        doors.add(door);
        return door;
    }

    private long stored(TriggerDefinition trigger) {
        return topics.endOffsets(topics.partitionsOf(trigger)).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private void commit(String group, TriggerDefinition trigger, int partition, long offset, String metadata) {
        try (KafkaConsumer<byte[], byte[]> worker = new KafkaConsumer<>(settings.consumer("worker", group))) {
            TopicPartition where = topics.partitionsOf(trigger).get(partition);
            Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
            commits.put(where, new OffsetAndMetadata(offset, metadata));
            worker.assign(List.of(where));
            worker.commitSync(commits);
        }
    }

    private void rest(TriggerDefinition trigger, int count) throws Exception {
        try (DelayWriter writer = new DelayWriter(settings, InstantSource.system())) {
            for (int i = 0; i < count; i++) {
                Instant due = Instant.now().plus(Duration.ofMinutes(i + 1));
                EventHeader header =
                        EventHeader.accepted(System.currentTimeMillis()).delayedUntil(due, Duration.ofHours(1));
                CompletableFuture<Long> stored = new CompletableFuture<>();
                writer.rest(
                        new EventHeader(
                                header.acceptedAt(),
                                1,
                                0,
                                header.expiresAt(),
                                header.notBefore(),
                                new EventAddress(trigger.number(), i % 4, i),
                                null,
                                null,
                                0,
                                List.of()),
                        EVENT,
                        new Stored() {
                            @Override
                            public void stored(long offset) {
                                stored.complete(offset);
                            }

                            @Override
                            public void failed(Exception why) {
                                stored.completeExceptionally(why);
                            }
                        });
                stored.get();
            }
        }
    }

    /** One process that accepts events. */
    private final class Door implements AutoCloseable {

        private final QueueDepths depths = new QueueDepths(settings, topics);
        private final EventPublisher events = new EventPublisher(settings);
        private final LimitedPublisher publisher = LimitedPublisher.start(
                settings, topics, AcceptingProcesses.Kind.DISPATCHER, events, depths, registry, trigger -> limit);

        private EventAddress publish(TriggerDefinition trigger) throws Exception {
            try {
                return publisher.publish(trigger, EventHeader.accepted(System.currentTimeMillis()), EVENT);
            } catch (QueueFullException e) {
                throw e;
            } catch (NotStoredException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            publisher.close();
            depths.close();
            events.close();
        }
    }
}
