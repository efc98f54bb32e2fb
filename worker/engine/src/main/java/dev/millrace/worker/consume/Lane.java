package dev.millrace.worker.consume;

import dev.millrace.contract.CommitNote;
import dev.millrace.contract.CommitNote.Departure;
import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.OffsetMap;
import dev.millrace.contract.Outcome;
import dev.millrace.contract.TriggerDefinition;
import dev.millrace.worker.consume.ClaimBook.Claim;
import dev.millrace.worker.consume.Findings.Finding;
import dev.millrace.worker.consume.OpenDeliveries.Open;
import dev.millrace.worker.consume.Predecessors.Question;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
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

    /** A little less than what a run has to last to be claimed. */
    private static final long CLAIMED_AFTER_MILLIS = ClaimBook.LONG_RUN.toMillis() * 9 / 10;

    private final LaneId id;
    private final OffsetMap known;
    private final Beginnings beginnings;
    private final OpenDeliveries open = new OpenDeliveries();
    private final ArrayDeque<Open> waiting = new ArrayDeque<>();
    /** Of offsets not received yet, or parked. */
    private final Map<Long, Claim> claims = new HashMap<>();
    /** Offsets whose claims say nothing new to anybody. */
    private final Set<Long> spent = new HashSet<>();

    /** Met as ended, to be handed over as such. */
    private final ArrayDeque<Open> ended = new ArrayDeque<>();

    private TriggerDefinition trigger;
    private Legacy legacy = Legacy.none(Legacy.UNKNOWN);
    private long next;
    private int parked;
    /** Open ones that had ended before this lane began. */
    private int inherited;

    private long bytes;
    private boolean claimsKnown;
    private boolean begun = true;

    /**
     * @param known what the commit it starts from says; its committed offset is where the lane begins
     */
    Lane(LaneId id, TriggerDefinition trigger, OffsetMap known) {
        this.id = id;
        this.trigger = trigger;
        this.known = known;
        this.next = known.committed();
        this.beginnings = new Beginnings(known.committed());
    }

    /** From this offset on earlier owners have hardly begun anything; {@link CommitNote#UNKNOWN} when they may have. */
    void begunBefore(long offset) {
        beginnings.before(offset);
    }

    /** As {@link Beginnings#say}, of what is known here. */
    long sayBegunBelow(boolean last) {
        return beginnings.say(claimsKnown ? legacy.until() : Long.MAX_VALUE, last);
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
        if (known.isDone(offset)) {
            claims.remove(offset);
            return false;
        }
        bytes += weight(delivery);
        Open entry = open.add(delivery);
        waiting.addLast(entry);
        if (claimsKnown && mayBeKnown(delivery)) {
            settle(offset);
        }
        return entry.progress() != Progress.DONE;
    }

    /** Whether anybody can have said anything about it: not of a fresh event. */
    private boolean mayBeKnown(Delivery delivery) {
        return delivery.offset() < legacy.until()
                || !claims.isEmpty()
                || delivery.header().origin() != null;
    }

    /** Everything below this offset has been delivered or never will be. */
    void reached(long offset) {
        next = Math.max(next, offset);
    }

    /** Nothing is taken before a commit of this owner has been accepted: whoever comes next has to know that it was here. */
    void mustCommitFirst() {
        begun = false;
    }

    /** A commit of this owner has been accepted. */
    void begun() {
        begun = true;
    }

    boolean hasBegun() {
        return begun;
    }

    /** What earlier owners left behind; comes before the first {@link #claims}. */
    void inherits(Legacy left) {
        legacy = left;
    }

    /** More outcomes were found of what others run. */
    void found(Findings more) {
        legacy.findings().addAll(more);
    }

    /**
     * What the claim book says of the partition. Until it was heard for the first time nothing is taken. What a live
     * worker runs is parked, its offset open; what is done is done; everything else is run here.
     */
    void claims(Map<Long, Claim> heard) {
        Set<Long> concerned = new HashSet<>(claims.keySet());
        claims.clear();
        heard.forEach((offset, claim) -> {
            if (offset < frontier()) {
                spent.add(offset);
            } else {
                claims.put(offset, claim);
                concerned.add(offset);
            }
        });
        if (!claimsKnown) {
            claimsKnown = true;
            open.forEach((entry, offset) -> concerned.add(offset));
        }
        concerned.stream().sorted().forEach(this::settle);
    }

    /** The outcome of an offset is stored although this lane did not run it: a run of an earlier assignment ended. */
    void doneElsewhere(long offset) {
        claims.put(offset, Claim.DONE);
        settle(offset);
    }

    private void settle(long offset) {
        Claim claim = claims.get(offset);
        Open entry = open.find(offset);
        if (claim != null && claim.state() != Claim.State.RUNNING) {
            spent.add(offset);
        }
        if (entry != null) {
            meet(entry);
        }
        if (offset < next && (entry == null || claim == null || claim.state() != Claim.State.RUNNING)) {
            claims.remove(offset);
        }
    }

    private void meet(Open entry) {
        Claim claim = claims.get(entry.delivery().offset());
        Finding finding = legacy.findings().of(entry.delivery());
        Progress.Known about = new Progress.Known(false, finding != null, claim == null ? null : claim.state());
        Progress before = entry.progress();
        Progress now = before.learned(about);
        if (now == Progress.WAITING) {
            entry.crashed(crashes(entry.delivery(), claim));
        }
        if (now != before) {
            leave(entry);
            entry.progress(now);
            enter(entry, before, finding);
        }
    }

    private void leave(Open entry) {
        switch (entry.progress()) {
            case WAITING -> waiting.remove(entry);
            case PARKED -> parked--;
            case ENDED -> ended.remove(entry);
            case RUNNING, DONE -> {}
        }
    }

    private void enter(Open entry, Progress from, @Nullable Finding finding) {
        switch (entry.progress()) {
            case WAITING -> waiting.addFirst(entry);
            case PARKED -> parked++;
            case ENDED -> {
                entry.found(finding);
                inherited++;
                ended.addLast(entry);
            }
            case DONE -> close(entry);
            case RUNNING -> throw new IllegalStateException("what was " + from + " is running, unasked");
        }
    }

    /** How many workers may have died while they ran it: one for sure when its claim has lost its worker. */
    private int crashes(Delivery delivery, @Nullable Claim claim) {
        if (claim != null && claim.state() == Claim.State.ORPHANED) {
            return claim.crashes();
        }
        return beginnings.suspects(delivery.offset(), legacy.until()) ? 1 : 0;
    }

    /** Claims below the frontier have served their purpose once the frontier is committed. Takes them out. */
    List<Long> spentClaims(long committed) {
        List<Long> below =
                spent.stream().filter(offset -> offset < committed).sorted().toList();
        spent.removeAll(below);
        return below;
    }

    /** How many may be taken now; none while the trigger is paused. */
    int ready() {
        return claimsKnown && begun && !trigger.paused() ? waiting.size() : 0;
    }

    /** Whether the one whose turn is next may have been running on a worker that died. */
    boolean resumes() {
        Open first = waiting.peekFirst();
        return first != null && first.delivery().header().crashes() > 0;
    }

    /** Takes up to so many of the longest waiting, to be run. */
    List<Delivery> take(int max, long now) {
        int count = Math.min(max, ready());
        List<Delivery> taken = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Open entry = waiting.removeFirst();
            entry.taken(now);
            beginnings.handOver(entry.delivery().offset());
            taken.add(entry.delivery());
        }
        return taken;
    }

    /** One that had ended before this lane began, with what was found. */
    record EndedBefore(Delivery delivery, @Nullable Outcome outcome) {}

    /** Takes what had ended before, to be carried to its end. */
    List<EndedBefore> takeEnded(long now) {
        if (ended.isEmpty() || !begun) {
            return List.of();
        }
        List<EndedBefore> taken = new ArrayList<>(ended.size());
        for (Open entry = ended.pollFirst(); entry != null; entry = ended.pollFirst()) {
            Finding finding = entry.finding();
            entry.taken(now);
            taken.add(new EndedBefore(entry.delivery(), finding == null ? null : finding.outcome()));
        }
        return taken;
    }

    /** What is to be asked again because others run it: the log from where this lane has read it. */
    Question questionOfParked() {
        return new Question(id, trigger.number(), frontier(), true, Departure.NONE, legacy.readUntil(), Set.of());
    }

    Set<Long> parkedOffsets() {
        Set<Long> offsets = new HashSet<>();
        open.forEach((entry, offset) -> {
            if (entry.progress() == Progress.PARKED) {
                offsets.add(offset);
            }
        });
        return offsets;
    }

    boolean hasEnded() {
        return !ended.isEmpty();
    }

    /**
     * Whether everything that earlier owners left behind is known to this lane's commits: what its own worker stored in the
     * log since then is all that a successor has to look for.
     */
    boolean knowsItsLegacy() {
        return claimsKnown && parked == 0 && inherited == 0 && next >= legacy.until();
    }

    /** Where a successor has to begin to look for what the commits do not say. */
    long position(long storedBefore) {
        return knowsItsLegacy() ? Math.max(storedBefore, legacy.readUntil()) : legacy.position();
    }

    /** Takes those that wait and are too old to be run, to be expired. */
    List<Delivery> takeOverdue(Predicate<Delivery> tooOld, long now) {
        List<Delivery> taken = new ArrayList<>();
        if (claimsKnown && begun) {
            waiting.removeIf(entry -> {
                boolean overdue = tooOld.test(entry.delivery());
                if (overdue) {
                    entry.taken(now);
                    taken.add(entry.delivery());
                }
                return overdue;
            });
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
        return done(offset, epoch, 0);
    }

    /** The same; at this time, in the milliseconds of {@link #take}, so that the claim on a long run is known as spent. */
    boolean done(long offset, long epoch, long now) {
        Open entry = epoch == id.epoch() ? open.find(offset) : null;
        if (entry == null || entry.progress().stored() != Progress.DONE) {
            return false;
        }
        if (now - entry.takenAt() >= CLAIMED_AFTER_MILLIS) {
            spent.add(offset);
        }
        close(entry);
        return true;
    }

    private void close(Open entry) {
        if (entry.finding() != null) {
            inherited--;
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
        return open.size() - waiting.size() - parked - ended.size();
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
            if (entry.progress() == Progress.RUNNING) {
                running.add(entry.delivery());
            }
        });
        return running;
    }

    /** Whether anything runs that was handed over at this time or later. */
    boolean runsSince(long time) {
        return open.anyMatch(entry -> entry.progress() == Progress.RUNNING && entry.takenAt() >= time);
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
