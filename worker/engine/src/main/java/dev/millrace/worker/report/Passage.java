package dev.millrace.worker.report;

import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;

/** Whether outcomes may be told now, and of which lanes. Thread-safe, cheap. */
public interface Passage {

    /** Everything may be told at any time. */
    Passage ALWAYS = new Passage() {
        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isLost(LaneId lane) {
            return false;
        }

        @Override
        public void close(Delivery delivery, boolean again, Runnable then) {
            then.run();
        }
    };

    /**
     * The outcome of a delivery that more than one worker may want to begin, and all that follows from it, is stored: nobody
     * shall begin it any more.
     *
     * @param again whether the same attempt is to be begun once more, later and maybe elsewhere
     * @param then called once, on any thread, when that is known, or cannot be made known
     */
    void close(Delivery delivery, boolean again, Runnable then);

    /** Whether anything may be told; what may not now waits. */
    boolean isOpen();

    /** Whether what belongs to this lane is never to be told. */
    boolean isLost(LaneId lane);
}
