package dev.millrace.worker.consume;

import dev.millrace.contract.FunctionRef;
import dev.millrace.contract.Outcome;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the consumer hands over what may run. All methods are called on the consumer thread and must return at once:
 * while they run, nothing is polled.
 */
public interface Execution {

    /** Largest {@link #batchSize}. */
    int MAX_BATCH = 64;

    /**
     * How many batches of this function it would start now; 0 lets the function's lanes wait, and nobody else. When the
     * answer changes other than by {@link #start} and {@link EventConsumer#done}, {@link EventConsumer#permitsChanged}
     * says so.
     */
    int permitsFree(FunctionRef function);

    /** So many deliveries of this function could be handed over, were it not for what {@link #permitsFree} answered. */
    default void waits(FunctionRef function, int ready) {}

    /**
     * How many deliveries of this function make one batch, 1 to {@link #MAX_BATCH}. The deliveries of a batch run one
     * after another under one permit, so more than 1 is for handlers so fast that nobody waits.
     */
    int batchSize(FunctionRef function);

    /** How many batches a turn of this function has while others have one; at least 1. */
    default int weight(FunctionRef function) {
        return 1;
    }

    /** How old an event of this function may be when it starts, unless its header says when it expires. */
    Duration maxAge(FunctionRef function);

    /**
     * Takes deliveries of one lane that became too old while they waited: they end by an outcome, without a permit. Must
     * not throw.
     */
    void expire(FunctionRef function, List<Delivery> tooOld);

    /**
     * Takes one batch under one permit: 1 to {@link #batchSize} deliveries of one lane.
     *
     * <p>Must not throw: what cannot be run ends by an outcome.
     */
    void start(FunctionRef function, List<Delivery> batch);

    /**
     * Takes a delivery that another worker has brought to its outcome, and died: it is not run again. What follows from the
     * outcome is stored, again if need be, and {@link EventConsumer#done} says so. Needs no permit.
     *
     * @param outcome from which something may follow; {@code null} when nothing is left to be stored
     */
    void ended(Delivery delivery, @Nullable Outcome outcome);

    /** A lane is lost to another worker, which runs what was open of it: what runs of it here is ended, and nobody told. */
    default void lost(LaneId lane) {}
}
