package dev.millrace.trigger.intake;

import dev.millrace.program.Health;
import dev.millrace.program.Routes;

/**
 * One kind of trigger: watches its source and hands what happens to the {@link Intake}. The next kind is made by copying
 * a neighbour.
 */
public interface TriggerAdapter extends Routes, Health.Part, AutoCloseable {

    /** Its name in health and figures, such as {@code timer}. */
    String name();

    /** Begins to watch. Called once. */
    void start();

    /** Stops watching; what was accepted stays accepted. */
    @Override
    void close();
}
