package dev.millrace.worker.consume;

import dev.millrace.contract.FunctionRef;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Finds what became too old while it waited in the lanes, whatever it waits for: an event expires at its time, also when
 * its function has no permit for hours. Owned by the consumer thread.
 */
final class Expiry {

    private static final long LOOK_EVERY_MILLIS = 1_000;
    /** When much expires at once, the room it leaves is soon full of events that are as old. */
    private static final long LOOK_AGAIN_MILLIS = 50;

    private final Execution execution;
    private final FairOrder order;
    private final InstantSource clock;
    private long lookAt;

    Expiry(Execution execution, FairOrder order, InstantSource clock) {
        this.execution = execution;
        this.order = order;
        this.clock = clock;
    }

    /**
     * Hands over what is too old, if it is time to look.
     *
     * @param now milliseconds that only go forward
     */
    void lookIfDue(Lanes lanes, long now) {
        if (now < lookAt) {
            return;
        }
        boolean found = false;
        for (Assignment assignment : lanes.all()) {
            found |= look(assignment.lane(), now);
        }
        lookAt = now + (found ? LOOK_AGAIN_MILLIS : LOOK_EVERY_MILLIS);
    }

    private boolean look(Lane lane, long now) {
        if (lane.ready() == 0) {
            return false;
        }
        FunctionRef function = lane.function();
        Duration maxAge = execution.maxAge(function);
        long wallClock = clock.millis();
        List<Delivery> tooOld = lane.takeOverdue(
                delivery -> delivery.unreadable() == null
                        && delivery.header().deadline(maxAge).toEpochMilli() < wallClock,
                now);
        if (tooOld.isEmpty()) {
            return false;
        }
        order.started(function, tooOld.size());
        execution.expire(function, tooOld);
        return true;
    }
}
