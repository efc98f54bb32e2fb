package dev.millrace.instances;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a pool that have no instance yet, in the order in which they came, and how many instances are being started
 * for them. A run takes whichever instance is there first: the one that was started for it, or one that has become idle
 * meanwhile. Guarded by the lock of the pool.
 */
final class WaitingRuns {

    private final Deque<Place> line = new ArrayDeque<>();
    private int starting;

    /** A run's place in the line. */
    static final class Place {

        private final String requestId;
        private @Nullable Run instead;

        private Place(String requestId) {
            this.requestId = requestId;
        }

        /** How the run ended without an instance; {@code null} while it waits for one. */
        @Nullable
        Run instead() {
            return instead;
        }

        private boolean waits() {
            return instead == null;
        }
    }

    /** A run comes and is the last. */
    Place join(String requestId) {
        Place place = new Place(requestId);
        line.addLast(place);
        return place;
    }

    /** A run has what it waited for. */
    void leave(Place place) {
        line.remove(place);
    }

    boolean isFirst(Place place) {
        return line.peekFirst() == place;
    }

    int size() {
        return line.size();
    }

    boolean isEmpty() {
        return line.isEmpty();
    }

    /** Whether more runs wait than instances are being started. */
    boolean needMore() {
        return starting < line.size();
    }

    /** A start begins. */
    void begin() {
        starting++;
    }

    /** Whether as many still wait as instances are being started: else one start may be saved. */
    boolean needAll() {
        return starting <= line.size();
    }

    /**
     * A start has come to an end.
     *
     * @param failed how, when there is no instance: so ends the run that has waited longest, if one still does
     */
    void end(@Nullable Run failed) {
        starting--;
        if (failed != null) {
            line.stream().filter(Place::waits).findFirst().ifPresent(place -> place.instead = failed);
        }
    }

    /** The run of this request is to wait no longer; whether it did. */
    boolean turnAway(String requestId, Run how) {
        Optional<Place> found = line.stream()
                .filter(place -> place.waits() && place.requestId.equals(requestId))
                .findFirst();
        found.ifPresent(place -> place.instead = how);
        return found.isPresent();
    }

    /** No run is to wait any longer. */
    void turnAllAway(Run how) {
        line.stream().filter(Place::waits).forEach(place -> place.instead = how);
    }
}
