package dev.millrace.worker.report;

import dev.millrace.contract.EventAddress;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The packs that are being filled, one for each lane. Those of synchronous calls, whose callers have their replies already,
 * travel when they are full or after a moment: then a log that is asked by many calls a second is written a few hundred times
 * a second at most, and none of that competes with the reply. Not thread-safe.
 */
final class Filling {

    /** So long the first outcome of a call waits for others. */
    static final long MOMENT_NANOS = 5_000_000;

    private final Map<LaneId, LanePack> packs = new HashMap<>();
    private final Consumer<LanePack> append;

    /** @param append takes what is to travel */
    Filling(Consumer<LanePack> append) {
        this.append = append;
    }

    /**
     * Adds an outcome to its lane's pack; a pack that has no more room goes first.
     *
     * @param now {@code System.nanoTime}
     */
    void add(Report report, long now) {
        LaneId lane = report.delivery().lane();
        LanePack pack = packs.get(lane);
        if (pack != null && !pack.hasRoomFor(report)) {
            append.accept(pack);
            pack = null;
        }
        if (pack == null) {
            long dueAt = report.delivery().isCall() ? now + MOMENT_NANOS : now;
            pack = new LanePack(lane, headingOf(report.delivery()), dueAt);
            packs.put(lane, pack);
        }
        pack.add(report);
    }

    /** Lets everything go that waits no longer. */
    void appendDue(long now) {
        for (Iterator<LanePack> each = packs.values().iterator(); each.hasNext(); ) {
            LanePack pack = each.next();
            if (pack.dueAt() - now <= 0) {
                each.remove();
                append.accept(pack);
            }
        }
    }

    /** Lets everything go. */
    void appendAll() {
        packs.values().forEach(append);
        packs.clear();
    }

    boolean isEmpty() {
        return packs.isEmpty();
    }

    /** How long the pack that goes next waits still; at most so long. */
    long nanosLeft(long now, long most) {
        long least = most;
        for (LanePack pack : packs.values()) {
            least = Math.min(least, pack.dueAt() - now);
        }
        return least;
    }

    private static OutcomeHeading headingOf(Delivery delivery) {
        EventAddress address = delivery.address();
        return new OutcomeHeading(
                address.trigger(),
                address.partition(),
                delivery.trigger().ref(),
                delivery.trigger().spec().type());
    }
}
