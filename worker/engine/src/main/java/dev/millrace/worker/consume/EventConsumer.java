package dev.millrace.worker.consume;

import dev.millrace.contract.TriggerDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The one thread that touches the Kafka consumer, and how everybody else talks to it. */
public final class EventConsumer implements AutoCloseable {

    /**
     * @param subscriptions the topics this worker can run now, each with its trigger; asked on the consumer thread at
     *     the start and after {@link #subscriptionsChanged}
     * @param claims what other workers still run of the partitions that come here
     */
    public EventConsumer(
            ConsumeSettings settings, Supplier<Map<String, TriggerDefinition>> subscriptions, ClaimBook claims) {}

    /** Joins the group and begins to hand over. Called once. */
    public void start(Execution execution) {}

    /**
     * The broker has the outcomes (or the next attempts) of these deliveries, so that their offsets may be committed.
     * Any thread, never blocks. Repeated or late (the lane has moved on) is harmless.
     */
    public void done(List<Delivery> deliveries) {}

    /** Permits came free, or a batch size changed, by something other than {@link #done}. Any thread, never blocks. */
    public void permitsChanged() {}

    /** The set of topics or a trigger's definition changed. Any thread; carried out within a fifth of a second. */
    public void subscriptionsChanged() {}

    /** Every lane at this moment. Any thread; up to one commit interval old. */
    public List<LaneSnapshot> snapshot() {
        return List.of();
    }

    /**
     * Takes nothing more, waits for what is in flight, commits and leaves the group, so that others take over at once.
     * Blocks at most a little longer than {@code limit}.
     *
     * @return what was in flight and not done by then; others will run it again
     */
    public List<Delivery> drain(Duration limit) {
        return List.of();
    }

    /** {@link #drain} without waiting for anything. */
    @Override
    public void close() {}
}
