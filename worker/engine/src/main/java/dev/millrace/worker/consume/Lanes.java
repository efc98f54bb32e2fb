package dev.millrace.worker.consume;

import dev.millrace.contract.OffsetMap;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.worker.consume.ClaimBook.Claim;
import dev.millrace.worker.consume.Lane.EndedBefore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The lanes this worker owns, and the runs it still has of lanes it owned before. Knows where the word of an outcome
 * belongs. Owned by the consumer thread.
 */
final class Lanes {

    private final FairOrder order;
    private final LongSupplier clock;
    private final Map<TopicPartition, Assignment> byPartition = new LinkedHashMap<>();
    private final Map<LaneId, Assignment> byId = new HashMap<>();
    private final Map<LaneId, Departed> departed = new HashMap<>();
    private final Set<Assignment> withEnded = new LinkedHashSet<>();
    private Set<Assignment> touched = new LinkedHashSet<>();
    private long epoch;
    private long strays;

    /** @param clock milliseconds that only go forward */
    Lanes(FairOrder order, LongSupplier clock) {
        this.order = order;
        this.clock = clock;
    }

    Assignment assign(TopicPartition partition, TriggerDefinition trigger, OffsetMap known) {
        LaneId id = new LaneId(partition.topic(), partition.partition(), ++epoch);
        Assignment assignment = new Assignment(partition, new Lane(id, trigger, known), clock.getAsLong());
        byPartition.put(partition, assignment);
        byId.put(id, assignment);
        return assignment;
    }

    @Nullable
    Assignment of(TopicPartition partition) {
        return byPartition.get(partition);
    }

    @Nullable
    Assignment of(LaneId id) {
        return byId.get(id);
    }

    Collection<Assignment> all() {
        return byPartition.values();
    }

    List<Assignment> all(Collection<TopicPartition> partitions) {
        List<Assignment> found = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            Assignment assignment = byPartition.get(partition);
            if (assignment != null) {
                found.add(assignment);
            }
        }
        return found;
    }

    /** The lane is not ours any more. What it runs goes on and is remembered until it ends. */
    void depart(Assignment assignment, boolean claimed) {
        Lane lane = assignment.lane();
        byPartition.remove(assignment.partition());
        byId.remove(lane.id());
        touched.remove(assignment);
        order.withdraw(lane);
        List<Delivery> running = lane.runningDeliveries();
        if (!running.isEmpty()) {
            Departed left = new Departed(claimed);
            running.forEach(delivery -> left.running.put(delivery.offset(), delivery));
            departed.put(lane.id(), left);
        }
    }

    /** The lane is somebody else's already: what it runs is ended and never heard of. */
    void lose(Assignment assignment) {
        List<Delivery> running = assignment.lane().runningDeliveries();
        depart(assignment, false);
        departed.remove(assignment.lane().id());
        running.forEach(delivery -> order.finished(delivery.function(), 1));
    }

    /** Forgets the runs of lanes that have left: others have taken them over. Answers which lanes those were. */
    List<LaneId> loseDeparted() {
        List<LaneId> lost = List.copyOf(departed.keySet());
        departed.values()
                .forEach(left -> left.running.values().forEach(delivery -> order.finished(delivery.function(), 1)));
        departed.clear();
        return lost;
    }

    /**
     * The broker's log was cut below what the lane has read. What runs of it, now or since earlier assignments, belongs to
     * events that are no more, and says nothing of those that will lie at the same offsets.
     */
    void cut(Assignment assignment) {
        depart(assignment, false);
        departed.forEach((id, left) -> left.obsolete |= isOf(id, assignment.partition()));
    }

    private static boolean isOf(LaneId id, TopicPartition partition) {
        return id.partition() == partition.partition() && id.topic().equals(partition.topic());
    }

    /**
     * Takes in that these outcomes are stored.
     *
     * @return those that were claimed for a lane that has left: their claims are to be marked
     */
    List<Delivery> done(List<Delivery> deliveries) {
        List<Delivery> claimed = List.of();
        long now = clock.getAsLong();
        LaneId last = null;
        Assignment assignment = null;
        for (Delivery delivery : deliveries) {
            if (!delivery.lane().equals(last)) {
                last = delivery.lane();
                assignment = byId.get(last);
            }
            if (assignment == null) {
                if (doneAbroad(delivery)) {
                    claimed = claimed.isEmpty() ? new ArrayList<>() : claimed;
                    claimed.add(delivery);
                }
            } else if (assignment.lane().done(delivery.offset(), delivery.lane().epoch(), now)) {
                order.finished(delivery.function(), 1);
                touched.add(assignment);
            } else {
                strays++;
            }
        }
        return claimed;
    }

    /** The end of a run whose lane has left; whether it was claimed. */
    private boolean doneAbroad(Delivery delivery) {
        Departed left = departed.get(delivery.lane());
        if (left == null || left.running.remove(delivery.offset()) == null) {
            strays++;
            return false;
        }
        order.finished(delivery.function(), 1);
        if (left.running.isEmpty()) {
            departed.remove(delivery.lane());
        }
        Assignment again = byPartition.get(
                new TopicPartition(delivery.lane().topic(), delivery.lane().partition()));
        if (again != null && !left.obsolete) {
            again.lane().doneElsewhere(delivery.offset());
            touched.add(again);
        }
        return left.claimed && !left.obsolete;
    }

    /** What was left behind in a lane's partition: it can begin. */
    void inherited(Assignment assignment, Legacy legacy, Map<Long, Claim> claims) {
        assignment.lane().inherits(legacy);
        heard(assignment, claims);
    }

    /** What the claim book says of a lane's partition, and what this worker itself still runs of it. */
    void heard(Assignment assignment, Map<Long, Claim> claims) {
        Map<Long, Claim> all = new HashMap<>(claims);
        departed.forEach((id, left) -> {
            if (isOf(id, assignment.partition()) && !left.obsolete) {
                left.running.keySet().forEach(offset -> all.put(offset, Claim.RUNNING));
            }
        });
        assignment.lane().claims(all);
        touched.add(assignment);
        enrol(assignment);
    }

    /** A commit of the lane was accepted. */
    void accepted(Assignment assignment) {
        if (!assignment.lane().hasBegun() && holds(assignment)) {
            assignment.lane().begun();
            enrol(assignment);
        }
    }

    /** The lane may have something to hand over. */
    void enrol(Assignment assignment) {
        if (assignment.lane().ready() > 0) {
            order.enrol(assignment.lane());
        }
        if (assignment.lane().hasEnded()) {
            withEnded.add(assignment);
        }
    }

    /** What had ended before its lane began, to be carried to its end. */
    List<EndedBefore> takeEnded() {
        if (withEnded.isEmpty()) {
            return List.of();
        }
        List<EndedBefore> taken = new ArrayList<>();
        withEnded.removeIf(assignment -> !holds(assignment));
        for (Assignment assignment : withEnded) {
            List<EndedBefore> ended = assignment.lane().takeEnded(clock.getAsLong());
            order.started(assignment.lane().function(), ended.size());
            taken.addAll(ended);
        }
        withEnded.removeIf(assignment -> !assignment.lane().hasEnded());
        return taken;
    }

    /** The lane may have something new to commit. */
    void touch(Assignment assignment) {
        touched.add(assignment);
    }

    boolean anyTouched() {
        return !touched.isEmpty();
    }

    /** Those with something new since the last time. */
    Set<Assignment> takeTouched() {
        Set<Assignment> taken = touched;
        touched = new LinkedHashSet<>();
        return taken;
    }

    /** Whether this assignment is still ours. */
    boolean holds(Assignment assignment) {
        return byPartition.get(assignment.partition()) == assignment;
    }

    /** Whether the claim book is to be asked, for the first time or again. */
    boolean anyAwaitsClaims() {
        for (Assignment assignment : byPartition.values()) {
            Lane lane = assignment.lane();
            if (lane.parked() > 0 || !lane.claimsKnown()) {
                return true;
            }
        }
        return false;
    }

    /** Everything handed over and not done, of lanes that left as well. */
    List<Delivery> running() {
        List<Delivery> running = new ArrayList<>();
        all().forEach(assignment -> running.addAll(assignment.lane().runningDeliveries()));
        departed.values().forEach(left -> running.addAll(left.running.values()));
        return Collections.unmodifiableList(running);
    }

    long bytes() {
        long bytes = 0;
        for (Assignment assignment : byPartition.values()) {
            bytes += assignment.lane().bytes();
        }
        return bytes;
    }

    /** How many words of outcomes came late or twice. */
    long strays() {
        return strays;
    }

    /** The runs of a lane that left. */
    private static final class Departed {

        private final boolean claimed;
        private final Map<Long, Delivery> running = new HashMap<>();
        private boolean obsolete;

        private Departed(boolean claimed) {
            this.claimed = claimed;
        }
    }
}
