package dev.millrace.worker.consume;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.worker.consume.ClaimBook.Claim;
import dev.millrace.worker.consume.OpenDeliveries.Open;
import dev.millrace.worker.consume.OpenDeliveries.Place;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A worker's view of one assigned partition: what came, what is under way, what is done, and so what may be committed.
 * Its tests are the specification of at-least-once. No clock, no lock, no Kafka: owned by the consumer thread.
 *
 * <pre>
 *   offsets  …│done│open│done│open│open│done│open│open│
 *                   ▲         running      ▲ waiting   ▲
 *                frontier                              next
 * </pre>
 *
 * <p>Invariant: every offset below {@code next} is done unless it is among the open ones. Offsets that never come
 * (compacted away, transaction markers) are skipped by the one that comes after them and count as done.
 */
final class Lane {

    /** What a delivery weighs beside its event: header, bookkeeping, the objects around it. */
    private static final int OVERHEAD_BYTES = 256;

    private final LaneId id;
    private final OffsetMap known;
    private final OpenDeliveries open = new OpenDeliveries();
    private final ArrayDeque<Open> waiting = new ArrayDeque<>();
    /** Of offsets not received yet, or parked. */
    private final Map<Long, Claim> claims = new HashMap<>();
    /** Offsets whose claims say nothing new to anybody. */
    private final Set<Long> spent = new HashSet<>();

    private TriggerDefinition trigger;
    private long next;
    private int parked;
    private long bytes;
    private boolean claimsKnown;

    /**
     * @param known what the commit it starts from says; its committed offset is where the lane begins
     */
    Lane(LaneId id, TriggerDefinition trigger, OffsetMap known) {
        this.id = id;
        this.trigger = trigger;
        this.known = known;
        this.next = known.committed();
    }

    LaneId id() {
        return id;
    }

    TriggerDefinition trigger() {
        return trigger;
    }

    FunctionRef function() {
        return trigger.ref().function();
    }

    /** The trigger was defined anew; what comes from now on carries the new definition. */
    void trigger(TriggerDefinition definition) {
        trigger = definition;
    }

    /** The offset that is expected; a lower one means that the broker's log was cut and written anew. */
    long next() {
        return next;
    }

    /** The first offset from this one on that the last owner had not done. */
    long doneUntil(long offset) {
        return known.doneUntil(offset);
    }

    /**
     * Takes in what the broker delivered.
     *
     * @return whether it is to be run here some time; false when it is done already
     * @throws IllegalArgumentException below {@link #next}
     */
    boolean received(Delivery delivery) {
        long offset = delivery.offset();
        if (offset < next) {
            throw new IllegalArgumentException(id + " expects offset " + next + ", not " + offset);
        }
        reached(offset + 1);
        Claim claim = claims.get(offset);
        if (known.isDone(offset) || claim == Claim.DONE) {
            claims.remove(offset);
            return false;
        }
        bytes += weight(delivery);
        if (claim == Claim.RUNNING) {
            open.add(delivery, Place.PARKED);
            parked++;
        } else {
            waiting.addLast(open.add(delivery, Place.WAITING));
        }
        return true;
    }

    /** Everything below this offset has been delivered or never will be. */
    void reached(long offset) {
        next = Math.max(next, offset);
    }

    /**
     * What the claim book says of the partition. Until it was heard for the first time nothing is taken. What a live
     * worker runs is parked, its offset open; what is done is done; everything else is run here.
     */
    void claims(Map<Long, Claim> heard) {
        Set<Long> concerned = new HashSet<>(claims.keySet());
        claims.clear();
        heard.forEach((offset, claim) -> {
            if (claim == Claim.ORPHANED) {
                spent.add(offset);
            } else if (offset >= frontier()) {
                claims.put(offset, claim);
                concerned.add(offset);
            }
        });
        concerned.forEach(this::settle);
        claimsKnown = true;
    }

    /** The outcome of an offset is stored although this lane did not run it: a run of an earlier assignment ended. */
    void doneElsewhere(long offset) {
        claims.put(offset, Claim.DONE);
        settle(offset);
    }

    private void settle(long offset) {
        Claim claim = claims.get(offset);
        Open entry = open.find(offset);
        if (claim == Claim.DONE) {
            spent.add(offset);
        }
        if (entry != null && entry.place() != Place.RUNNING) {
            if (claim == Claim.DONE) {
                close(entry);
            } else if (claim == Claim.RUNNING && entry.place() == Place.WAITING) {
                waiting.remove(entry);
                entry.park();
                parked++;
            } else if (claim == null && entry.place() == Place.PARKED) {
                parked--;
                entry.await();
                waiting.addFirst(entry);
            }
        }
        if (offset < next && (claim == Claim.DONE || entry == null)) {
            claims.remove(offset);
        }
    }

    /** Claims below the frontier have served their purpose once the frontier is committed. Takes them out. */
    List<Long> spentClaims(long committed) {
        List<Long> below =
                spent.stream().filter(offset -> offset < committed).sorted().toList();
        spent.removeAll(below);
        return below;
    }

    /** How many may be taken now. */
    int ready() {
        return claimsKnown ? waiting.size() : 0;
    }

    /** Takes up to so many of the longest waiting, to be run. */
    List<Delivery> take(int max, long now) {
        int count = Math.min(max, ready());
        List<Delivery> taken = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Open entry = waiting.removeFirst();
            entry.run(now);
            taken.add(entry.delivery());
        }
        return taken;
    }

    /**
     * The outcome of an offset is stored.
     *
     * @return false, and nothing happens, when the epoch is another or the offset is not running: a late or repeated
     *     word
     */
    boolean done(long offset, long epoch) {
        Open entry = epoch == id.epoch() ? open.find(offset) : null;
        if (entry == null || entry.place() != Place.RUNNING) {
            return false;
        }
        close(entry);
        return true;
    }

    private void close(Open entry) {
        switch (entry.place()) {
            case WAITING -> waiting.remove(entry);
            case PARKED -> parked--;
            case RUNNING -> {}
        }
        open.remove(entry.delivery().offset());
        bytes -= weight(entry.delivery());
    }

    /** The first offset that is not done: what may be committed. */
    long frontier() {
        return open.firstOr(known.doneUntil(next));
    }

    /** What is done from the frontier on, as far as a text of this length can say. */
    OffsetMap offsetMap(int maxLength) {
        long frontier = frontier();
        OffsetMap.Builder map = new OffsetMap.Builder(frontier, maxLength);
        OpenWalk walk = new OpenWalk(map, frontier);
        open.forEach(walk::open);
        map.done(walk.from, next);
        known.copyFrom(Math.max(frontier, next), map);
        return map.build();
    }

    /** How many offsets of the partition are done, those that never came included: only ever grows. */
    long completed() {
        return next - open.size() + known.doneFrom(next);
    }

    int waiting() {
        return waiting.size();
    }

    int running() {
        return open.size() - waiting.size() - parked;
    }

    int parked() {
        return parked;
    }

    boolean claimsKnown() {
        return claimsKnown;
    }

    /** Bytes of events held here, running or not. */
    long bytes() {
        return bytes;
    }

    /** The one whose turn is next. */
    @Nullable
    Delivery head() {
        Open first = waiting.peekFirst();
        return first == null ? null : first.delivery();
    }

    /** What was handed over and is not done, by ascending offset. */
    List<Delivery> runningDeliveries() {
        List<Delivery> running = new ArrayList<>(running());
        open.forEach((entry, offset) -> {
            if (entry.place() == Place.RUNNING) {
                running.add(entry.delivery());
            }
        });
        return running;
    }

    /** Whether anything runs that was handed over at this time or later. */
    boolean runsSince(long time) {
        return open.anyMatch(entry -> entry.place() == Place.RUNNING && entry.takenAt() >= time);
    }

    private static long weight(Delivery delivery) {
        return (long) OVERHEAD_BYTES + delivery.event().length;
    }

    /** Turns the open offsets, one after another, into the runs of done ones between them. */
    private static final class OpenWalk {

        private final OffsetMap.Builder map;
        private long from;

        private OpenWalk(OffsetMap.Builder map, long from) {
            this.map = map;
            this.from = from;
        }

        private void open(Open entry, long offset) {
            map.done(from, offset);
            from = offset + 1;
        }
    }
}
