package dev.millrace.worker.consume;

import dev.millrace.contract.OffsetMap;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where records become deliveries of their lanes, and where lanes that have enough are not fetched for a while. Owned by
 * the consumer thread.
 */
final class Reception {

    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);
    /** Seeking costs a fetch; below so many offsets it is cheaper to read over what is done. */
    private static final long SEEK_BEYOND = 1_000;

    private final Consumer<byte[], byte[]> consumer;
    private final Lanes lanes;
    private final Backpressure backpressure;
    private final Set<Assignment> paused = new LinkedHashSet<>();
    private boolean closed;

    Reception(Consumer<byte[], byte[]> consumer, Lanes lanes, Backpressure backpressure) {
        this.consumer = consumer;
        this.lanes = lanes;
        this.backpressure = backpressure;
    }

    /** Nothing is fetched any more, of what may still be assigned either. */
    void close() {
        closed = true;
        consumer.pause(consumer.assignment());
    }

    /** Takes in what a poll brought. */
    void receive(ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition partition : records.partitions()) {
            Assignment assignment = lanes.of(partition);
            if (assignment != null) {
                receive(assignment, records.records(partition));
            }
        }
        records.nextOffsets().forEach((partition, next) -> {
            Assignment assignment = lanes.of(partition);
            if (assignment != null && next.offset() > assignment.lane().next()) {
                assignment.lane().reached(next.offset());
                lanes.touch(assignment);
            }
        });
        pause(records.partitions());
    }

    private void receive(Assignment received, List<ConsumerRecord<byte[], byte[]>> records) {
        Assignment assignment = received;
        for (ConsumerRecord<byte[], byte[]> one : records) {
            if (one.offset() < assignment.lane().next()) {
                assignment = beginAgain(assignment, one.offset());
            }
            Lane lane = assignment.lane();
            if (lane.doneUntil(one.offset()) > one.offset()) {
                lane.reached(one.offset() + 1);
            } else {
                lane.received(RecordReader.read(lane.id(), lane.trigger(), one));
            }
        }
        lanes.touch(assignment);
        Lane lane = assignment.lane();
        long undone = lane.doneUntil(lane.next());
        if (undone - lane.next() > SEEK_BEYOND) {
            consumer.seek(assignment.partition(), undone);
        }
        lanes.enrol(assignment);
    }

    /** Offsets that were read before are given out anew: the broker's log was cut, and other events lie there now. */
    private Assignment beginAgain(Assignment assignment, long offset) {
        Lane old = assignment.lane();
        LOG.error(
                "The log of {} was cut: offset {} came again after {}; what lies there now is run",
                assignment.partition(),
                offset,
                old.next() - 1);
        lanes.cut(assignment);
        paused.remove(assignment);
        consumer.resume(List.of(assignment.partition()));
        Assignment again = lanes.assign(assignment.partition(), old.trigger(), OffsetMap.nothingAbove(offset));
        lanes.heard(again, Map.of());
        return again;
    }

    private void pause(Set<TopicPartition> partitions) {
        if (closed) {
            close();
            return;
        }
        long bytes = lanes.bytes();
        List<TopicPartition> full = new ArrayList<>();
        for (Assignment assignment : lanes.all(partitions)) {
            if (!assignment.isPaused() && pauses(assignment, bytes)) {
                assignment.paused(true);
                paused.add(assignment);
                full.add(assignment.partition());
            }
        }
        if (!full.isEmpty()) {
            consumer.pause(full);
        }
    }

    /** Fetches again what has room again. */
    void resume() {
        if (paused.isEmpty()) {
            return;
        }
        long bytes = lanes.bytes();
        List<TopicPartition> free = new ArrayList<>();
        paused.removeIf(assignment -> {
            boolean held = lanes.holds(assignment);
            if (held && pauses(assignment, bytes)) {
                return false;
            }
            assignment.paused(false);
            if (held) {
                free.add(assignment.partition());
            }
            return true;
        });
        if (!free.isEmpty()) {
            consumer.resume(free);
        }
    }

    private boolean pauses(Assignment assignment, long allBytes) {
        Lane lane = assignment.lane();
        return backpressure.pauses(
                assignment.isPaused(),
                lane.waiting(),
                lane.bytes(),
                allBytes,
                lanes.all().size());
    }
}
