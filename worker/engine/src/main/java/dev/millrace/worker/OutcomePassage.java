package dev.millrace.worker;

import dev.millrace.worker.consume.Continuity;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import dev.millrace.worker.consume.LostLanes;
import dev.millrace.worker.execute.StartGate;
import dev.millrace.worker.report.Passage;

/**
 * Outcomes pass while the process has not stood still unnoticed, and unless their lane is somebody else's; the gate hears
 * of each that has.
 */
record OutcomePassage(Continuity continuity, LostLanes lost, StartGate gate) implements Passage {

    @Override
    public boolean isOpen() {
        return continuity.isUnbroken();
    }

    @Override
    public boolean isLost(LaneId lane) {
        return lost.contains(lane);
    }

    @Override
    public void close(Delivery delivery, boolean again, Runnable then) {
        if (again) {
            gate.abandoned(delivery);
            then.run();
        } else {
            gate.ended(delivery, then);
        }
    }
}
