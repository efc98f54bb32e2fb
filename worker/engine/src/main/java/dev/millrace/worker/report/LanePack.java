package dev.millrace.worker.report;

import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.OutcomePack;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import java.util.ArrayList;
import java.util.List;

/** The pack that is being filled with outcomes of one lane, and the deliveries they belong to. Not thread-safe. */
final class LanePack {

    private final LaneId lane;
    private final OutcomeHeading heading;
    private final OutcomePack pack;
    private final long dueAt;
    private final List<Delivery> finished = new ArrayList<>();
    private List<Report> followed = List.of();
    private long payload;

    /** @param dueAt when it is to travel, full or not, {@code System.nanoTime} */
    LanePack(LaneId lane, OutcomeHeading heading, long dueAt) {
        this.lane = lane;
        this.dueAt = dueAt;
        this.heading = heading;
        this.pack = new OutcomePack(heading);
    }

    LaneId lane() {
        return lane;
    }

    long dueAt() {
        return dueAt;
    }

    boolean hasRoomFor(Report report) {
        return pack.hasRoomFor(report.outcome().length);
    }

    void add(Report report) {
        pack.add(report.outcome());
        payload += report.outcome().length;
        if (report.consequences().isEmpty() && !report.delivery().mayHaveBegun()) {
            finished.add(report.delivery());
        } else {
            followed = followed.isEmpty() ? new ArrayList<>() : followed;
            followed.add(report);
        }
    }

    /** Everything that appending it, and appending it again, needs. */
    SealedPack seal() {
        return new SealedPack(
                heading, pack.toBytes(), List.copyOf(finished), List.copyOf(followed), pack.count(), payload);
    }

    /**
     * A pack on its way.
     *
     * @param finished deliveries that are done when it is stored
     * @param followed outcomes from which something follows then
     * @param outcomes how many it holds
     * @param payload bytes of its outcomes, as they were counted when they were reported
     */
    @SuppressWarnings("ArrayRecordComponent") // Passed through by reference on the hot path.
    record SealedPack(
            OutcomeHeading heading,
            byte[] bytes,
            List<Delivery> finished,
            List<Report> followed,
            int outcomes,
            long payload) {}
}
