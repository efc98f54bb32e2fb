package dev.millrace.worker.execute;

import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;

/**
 * Asked before an attempt begins that another worker may have begun: a copy for a later attempt, or what was taken over
 * from a worker that died. Fresh events never get here. Thread-safe.
 */
public interface StartGate {

    /** What is to be done with it here. */
    sealed interface Answer {

        /** It may begin; so many workers have died while they ran it. */
        record Begin(int crashes) implements Answer {}

        /** It has ended, consequences and all: another copy of it was first. */
        record Skip() implements Answer {}

        /** Somebody who is alive runs it: ask again. */
        record Wait() implements Answer {}
    }

    /** May take as long as Redis needs to answer, or to be given up. Notes that it begins here, when it may. */
    Answer ask(Delivery delivery);

    /**
     * This has ended, outcome and consequences stored. Does not block.
     *
     * @param then called once, when nobody begins it any more, or when that cannot be said
     */
    void ended(Delivery delivery, Runnable then);

    /** This was asked for and will not be brought to an end here. Does not block. */
    void abandoned(Delivery delivery);

    /** Nothing that was asked for of this lane will be brought to an end here. Does not block. */
    void lost(LaneId lane);
}
