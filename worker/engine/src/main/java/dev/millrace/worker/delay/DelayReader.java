package dev.millrace.worker.delay;

import dev.millrace.contract.EventHeader;
import dev.millrace.contract.EventHeaderCodec;
import dev.millrace.contract.MalformedException;
import dev.millrace.contract.OffsetMap;
import dev.millrace.worker.consume.LaneId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the thread that reads delay topics does, over and over: take in what was delivered, fetch again what is ripe,
 * commit, poll. A partition whose first record is too young is not fetched: its position stays there, and the broker
 * keeps what lies behind.
 */
final class DelayReader implements Runnable, ConsumerRebalanceListener {

    private static final Logger log = LoggerFactory.getLogger(DelayReader.class);
    private static final long IDLE_MILLIS = 1_000;
    private static final long TROUBLE_MILLIS = 250;
    private static final int OVERHEAD_BYTES = 256;
    private static final Duration BROKER_PATIENCE = Duration.ofSeconds(3);
    private static final Duration LAST_DELIVERIES = Duration.ofSeconds(2);
    /** What is on its way when a partition goes to another member arrives within that time, or is delivered by both. */
    private static final Duration HANDOVER = Duration.ofMillis(500);

    private final Consumer<byte[], byte[]> consumer;
    private final DelayCommits commits;
    private final DelayTopics topics;
    private final Deliverer deliverer;
    private final InstantSource clock;
    private final DelayMeters meters;
    private final long room;

    private final Map<TopicPartition, DelayLane> lanes = new LinkedHashMap<>();
    /** Partitions that are not fetched, and until when: epoch milliseconds. */
    private final Map<TopicPartition, Long> left = new HashMap<>();

    private final Queue<Resting> delivered = new ConcurrentLinkedQueue<>();
    private long epoch;
    private volatile boolean leaving;
    private volatile @Nullable String trouble;

    /** @param room bytes of events that are held in memory */
    DelayReader(
            Consumer<byte[], byte[]> consumer,
            DelayTopics topics,
            Deliverer deliverer,
            InstantSource clock,
            DelayMeters meters,
            long room) {
        this.consumer = consumer;
        this.commits = new DelayCommits(consumer);
        this.topics = topics;
        this.deliverer = deliverer;
        this.clock = clock;
        this.meters = meters;
        this.room = room;
    }

    /** Kafka has taken an event that rested here. Any thread. */
    void delivered(Resting event) {
        delivered.add(event);
    }

    /** Commits and leaves the group soon. Any thread. */
    void leave() {
        leaving = true;
        consumer.wakeup();
    }

    /** What is wrong with the connection to the broker at the moment; {@code null} when nothing is. Any thread. */
    @Nullable
    String trouble() {
        return trouble;
    }

    @Override
    public void run() {
        try {
            consumer.subscribe(topics.names(), this);
            while (!leaving) {
                turn();
            }
            lastDeliveries();
            commits.now(lanes.values());
        } catch (RuntimeException | Error e) {
            trouble = "the thread that reads delay topics died of " + e;
            log.error("Reading delay topics ends for good on this worker; other workers take over", e);
        } finally {
            lanes.clear();
            closeConsumer();
        }
    }

    private void turn() {
        takeInDelivered();
        long now = clock.millis();
        resume(now);
        commits.ifDue(lanes.values(), now);
        try {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(pollMillis(now)));
            trouble = null;
            for (TopicPartition partition : records.partitions()) {
                receive(partition, records.records(partition));
            }
        } catch (WakeupException e) {
            log.trace("Woken to leave");
        } catch (FencedInstanceIdException | InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            trouble = String.valueOf(e.getMessage());
            log.warn("Polling delay topics failed, trying again", e);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TROUBLE_MILLIS));
        }
    }

    private void takeInDelivered() {
        for (Resting event = delivered.poll(); event != null; event = delivered.poll()) {
            LaneId id = event.lane();
            DelayLane lane = lanes.get(new TopicPartition(id.topic(), id.partition()));
            if (lane != null) {
                lane.done(event.offset(), id.epoch());
            }
        }
    }

    private void resume(long now) {
        List<TopicPartition> ripe = left.entrySet().stream()
                .filter(entry -> entry.getValue() <= now)
                .map(Map.Entry::getKey)
                .toList();
        if (!ripe.isEmpty()) {
            ripe.forEach(left::remove);
            consumer.resume(ripe);
        }
    }

    private long pollMillis(long now) {
        long until = now
                + (deliverer.underWay() > 0 || anyNews() || deliverer.count() > 0
                        ? DelayCommits.PAUSE_MILLIS
                        : IDLE_MILLIS);
        for (long ripe : left.values()) {
            until = Math.min(until, ripe);
        }
        return Math.clamp(until - now, 1, IDLE_MILLIS);
    }

    private boolean anyNews() {
        return lanes.values().stream().anyMatch(DelayLane::hasNews);
    }

    private void receive(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> one : records) {
            DelayLane lane = laneFor(partition, one.offset());
            if (lane == null) {
                return;
            }
            if (lane.isDone(one.offset())) {
                lane.passed(one.offset());
            } else if (!take(lane, partition, one)) {
                return;
            }
        }
    }

    private @Nullable DelayLane laneFor(TopicPartition partition, long offset) {
        DelayLane lane = lanes.get(partition);
        if (lane == null || offset >= lane.next()) {
            return lane;
        }
        log.error("The log of {} was cut: offset {} came again after {}", partition, offset, lane.next() - 1);
        deliverer.forget(lane.id());
        DelayLane again = lane(partition, OffsetMap.nothingAbove(offset));
        lanes.put(partition, again);
        return again;
    }

    /** Takes a record in; {@code false} when it is too early for it, and then its partition is left alone. */
    private boolean take(DelayLane lane, TopicPartition partition, ConsumerRecord<byte[], byte[]> one) {
        EventHeader header = headerOf(one);
        if (header == null) {
            lane.passed(one.offset());
            return true;
        }
        long now = clock.millis();
        int weight = OVERHEAD_BYTES + Math.max(0, one.serializedValueSize()) + headerBytes(one);
        Postmark mark = Postmark.of(one.timestamp(), header, lane.seenAt(one.offset(), now));
        Verdict verdict = Verdict.of(lane.length(), mark, now, bytes() + weight <= room);
        switch (verdict) {
            case Verdict.Leave(long until) -> {
                consumer.seek(partition, one.offset());
                consumer.pause(List.of(partition));
                left.put(partition, until);
                return false;
            }
            case Verdict.Hold(long due) -> hold(lane, one, mark.header(), weight, due, false);
            // As it was written: were it this clock that is wrong, whoever reads it next would deliver it too soon.
            case Verdict.PassOn passOn -> hold(lane, one, header, weight, now, true);
        }
        return true;
    }

    private void hold(
            DelayLane lane,
            ConsumerRecord<byte[], byte[]> one,
            EventHeader header,
            int weight,
            long due,
            boolean passesOn) {
        byte[] event = one.value() == null ? new byte[0] : one.value();
        lane.taken(one.offset(), weight);
        deliverer.add(new Resting(lane.id(), one.offset(), header, event, due, passesOn, 0));
    }

    private @Nullable EventHeader headerOf(ConsumerRecord<byte[], byte[]> one) {
        Header header = one.headers().lastHeader(EventHeader.KEY);
        String why = "it has no header of Millrace";
        if (header != null && header.value() != null) {
            try {
                EventHeader decoded = EventHeaderCodec.decode(header.value());
                if (decoded.origin() != null) {
                    return decoded;
                }
                why = "it does not say which event it is";
            } catch (MalformedException e) {
                why = String.valueOf(e.getMessage());
            }
        }
        log.error(
                "a record of {}-{} at offset {} is no delayed event, and is dropped: {}",
                one.topic(),
                one.partition(),
                one.offset(),
                why);
        meters.stray();
        return null;
    }

    private static int headerBytes(ConsumerRecord<byte[], byte[]> one) {
        byte[] value = one.headers().lastHeader(EventHeader.KEY).value();
        return 2 * value.length;
    }

    private long bytes() {
        long bytes = 0;
        for (DelayLane lane : lanes.values()) {
            bytes += lane.bytes();
        }
        return bytes;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> committed = commits.of(Set.copyOf(partitions));
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata commit = committed.get(partition);
            if (commit != null) {
                consumer.seek(partition, commit);
            }
            lanes.put(partition, lane(partition, DelayCommits.known(commit)));
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        List<DelayLane> going =
                partitions.stream().filter(lanes::containsKey).map(lanes::get).toList();
        going.forEach(lane -> deliverer.forget(lane.id()));
        awaitArrivals(HANDOVER);
        commits.now(going);
        drop(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        drop(partitions);
    }

    private void drop(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            DelayLane lane = lanes.remove(partition);
            left.remove(partition);
            if (lane != null) {
                deliverer.forget(lane.id());
            }
        }
    }

    private DelayLane lane(TopicPartition partition, OffsetMap known) {
        LaneId id = new LaneId(partition.topic(), partition.partition(), ++epoch);
        return new DelayLane(id, topics.length(partition.topic()), known);
    }

    /** What is on its way is let arrive, so that the last commit covers it. */
    private void lastDeliveries() {
        deliverer.close();
        awaitArrivals(LAST_DELIVERIES);
    }

    private void awaitArrivals(Duration patience) {
        long by = System.nanoTime() + patience.toNanos();
        while (deliverer.underWay() > 0 && System.nanoTime() - by < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        takeInDelivered();
    }

    private void closeConsumer() {
        deliverer.close();
        try {
            consumer.close(CloseOptions.timeout(BROKER_PATIENCE)
                    .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        } catch (KafkaException e) {
            log.warn("The group of delay topics was not left in order; the others take over when it notices", e);
        }
    }
}
