package dev.millrace.trigger;

import dev.millrace.kafka.EventPublisher;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.kafka.queue.AcceptingProcesses;
import dev.millrace.kafka.queue.LimitedPublisher;
import dev.millrace.kafka.queue.QueueDepths;
import dev.millrace.kafka.queue.RegisteredLimits;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.program.AcceptMeters;
import dev.millrace.program.AcceptSettings;
import dev.millrace.program.Health;
import dev.millrace.program.Metrics;
import dev.millrace.program.Parts;
import dev.millrace.program.Routes;
import dev.millrace.trigger.cos.CosAdapter;
import dev.millrace.trigger.intake.Intake;
import dev.millrace.trigger.intake.TriggerAdapter;
import dev.millrace.trigger.timer.TimerAdapter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * All trigger adapters of one process. Stateless: any number of processes share the work. Listeners are the caller's, so
 * that {@code dev} can serve the routes beside those of the dispatcher.
 */
public final class Adapters implements AutoCloseable {

    private final Parts parts;
    private final Registry registry;
    private final List<TriggerAdapter> adapters;

    private Adapters(Parts parts, Registry registry, List<TriggerAdapter> adapters) {
        this.parts = parts;
        this.registry = registry;
        this.adapters = adapters;
    }

    /** Starts them with the usual limits. */
    public static Adapters start(KafkaSettings kafka, Metrics metrics, Health health, Duration patience) {
        return start(kafka, AcceptSettings.DEFAULT, metrics, health, patience);
    }

    /**
     * Creates the topics that are missing and starts every adapter.
     *
     * @param accept how full queues may become
     * @param patience how long to try to reach Kafka
     * @throws dev.millrace.kafka.KafkaUnavailableException when it was not reached
     */
    public static Adapters start(
            KafkaSettings kafka, AcceptSettings accept, Metrics metrics, Health health, Duration patience) {
        Parts parts = new Parts();
        try {
            TopicAdmin topics = parts.add("topics", TopicAdmin.connect(kafka, patience));
            topics.createFixedTopics();
            Registry registry = parts.add("registry", Registry.start(kafka, patience));
            EventPublisher publisher =
                    parts.add("event publisher", new EventPublisher(kafka, EventPublisher.DEFAULT_BOUND));
            InstantSource clock = InstantSource.system();
            QueueDepths depths = parts.add("queue depths", new QueueDepths(kafka, topics));
            LimitedPublisher accepted = parts.add(
                    "queue limits",
                    LimitedPublisher.start(
                            kafka,
                            topics,
                            AcceptingProcesses.Kind.ADAPTERS,
                            publisher,
                            depths,
                            registry,
                            new RegisteredLimits(registry, accept.queueLimit())));
            Intake intake = new Intake(registry, accepted, new AcceptMeters(metrics.registry()), clock);
            List<TriggerAdapter> adapters = List.of(
                    new TimerAdapter(kafka, registry, intake, metrics.registry(), clock),
                    new CosAdapter(registry, intake, metrics.registry()));
            for (TriggerAdapter adapter : adapters) {
                parts.add(adapter.name() + " adapter", adapter).start();
                health.part(adapter.name(), adapter);
            }
            return new Adapters(parts, registry, adapters);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    /** What the adapters answer over HTTP. */
    public List<Routes> routes() {
        return List.copyOf(adapters);
    }

    /** Waits until definitions up to this revision of the registry are known here; {@code false} when not in time. */
    public boolean knows(long revision, Duration timeout) throws InterruptedException {
        return registry.await(revision, timeout);
    }

    @Override
    public void close() {
        parts.close();
    }
}
