package dev.millrace.worker.execute;

import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LaneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A gate that answers what the test says, and remembers what it was told. */
final class ScriptedGate implements StartGate {

    private final List<Delivery> asked = new ArrayList<>();
    private final List<Delivery> abandoned = new ArrayList<>();
    private volatile Function<Delivery, Answer> script =
            delivery -> new Answer.Begin(delivery.header().crashes());

    void answer(Function<Delivery, Answer> answers) {
        script = answers;
    }

    @Override
    public synchronized Answer ask(Delivery delivery) {
        asked.add(delivery);
        return script.apply(delivery);
    }

    @Override
    public void ended(Delivery delivery, Runnable then) {
        then.run();
    }

    @Override
    public synchronized void abandoned(Delivery delivery) {
        abandoned.add(delivery);
    }

    @Override
    public void lost(LaneId lane) {}

    synchronized List<Delivery> asked() {
        return List.copyOf(asked);
    }

    synchronized List<Delivery> abandoned() {
        return List.copyOf(abandoned);
    }
}
