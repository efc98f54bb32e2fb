package dev.millrace.worker;

import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.registry.RegistryView;
import dev.millrace.worker.consume.ConsumeLimits;
import dev.millrace.worker.consume.ConsumeSettings;
import dev.millrace.worker.delay.DelayConsumer;
import dev.millrace.worker.delay.Destination;
import dev.millrace.worker.peers.MemberName;
import dev.millrace.worker.report.OutcomeLog;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/** What rests in delay topics, brought back by this worker together with the others when it is due. */
final class Delays implements AutoCloseable {

    private final DelayConsumer consumer;
    private final Supplier<RegistryView> registry;
    private final DeletedTriggers burial;

    Delays(
            KafkaSettings kafka,
            String worker,
            MemberName member,
            OutcomeLog outcomes,
            KafkaConsequences following,
            Supplier<RegistryView> registry) {
        Clock clock = Clock.systemUTC();
        this.registry = registry;
        this.burial = new DeletedTriggers(outcomes, following.deadLetters(), clock);
        String group = kafka.delayGroup();
        ConsumeSettings settings = new ConsumeSettings(
                kafka.consumer("delay-" + worker, group),
                group,
                member.text(),
                ConsumeSettings.GroupProtocol.CLASSIC,
                ConsumeLimits.defaults());
        this.consumer =
                new DelayConsumer(settings, kafka.topics(), following.delays(), clock, DelayConsumer.DEFAULT_ROOM);
    }

    void start(MeterRegistry meters) {
        consumer.start(this::destination, burial, meters);
    }

    /** What keeps it from bringing anything back at the moment. */
    Optional<String> trouble() {
        return consumer.trouble();
    }

    @Override
    public void close() {
        consumer.close();
    }

    private Destination destination(int trigger) {
        RegistryView view = registry.get();
        return view.trigger(trigger)
                .<Destination>map(present -> new Destination.Present(present.partitions()))
                .or(() -> view.retired(trigger).map(retired -> new Destination.Deleted(retired.ref(), retired.type())))
                .orElseGet(Destination.Unknown::new);
    }
}
