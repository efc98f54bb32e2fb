package dev.millrace.dispatcher.record;

import java.util.OptionalLong;

/**
 * How far the recorder is with one partition it owns. Belongs to the recorder's thread.
 *
 * <p>Unsettled: it is not known where Redis stands, nothing is read. Settled: everything before {@link #drained} is in
 * Redis and Redis says so, everything before {@link #sent} is on its way.
 */
final class Track {

    private boolean settled;
    private long witnessed;
    private long sent;
    private long drained;
    private OptionalLong rebuildingUntil = OptionalLong.empty();

    /**
     * Not settled yet.
     *
     * @param committed how far the group has committed
     */
    Track(long committed) {
        witnessed = committed;
    }

    void settle(StartingPoint start) {
        settled = true;
        sent = start.from();
        drained = start.from();
        rebuildingUntil = start.rebuildingUntil();
    }

    void unsettle() {
        if (settled) {
            settled = false;
            // What was sent could be read already, whether or not its position was moved.
            witnessed = rebuildingUntil.orElse(sent);
        }
    }

    void sentUpTo(long offset) {
        sent = offset;
    }

    void drained() {
        drained = sent;
        if (rebuildingUntil.isPresent() && rebuildingUntil.getAsLong() <= drained) {
            rebuildingUntil = OptionalLong.empty();
        }
    }

    boolean isSettled() {
        return settled;
    }

    boolean isUndrained() {
        return settled && sent > drained;
    }

    boolean isRebuilding() {
        return rebuildingUntil.isPresent();
    }

    /** How far Redis may once have had this partition. */
    long witnessed() {
        return witnessed;
    }

    long sent() {
        return sent;
    }

    long recorded() {
        return drained;
    }
}
