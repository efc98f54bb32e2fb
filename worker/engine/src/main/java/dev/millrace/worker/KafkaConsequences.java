package dev.millrace.worker;

import dev.millrace.contract.TriggerDefinition;
import dev.millrace.contract.TriggerRef;
import dev.millrace.kafka.DeadLetterWriter;
import dev.millrace.kafka.DelayWriter;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.Stored;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.report.Consequence;
import dev.millrace.worker.report.ConsequenceStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Stores what follows from outcomes in Kafka, each kind in its topic. Thread-safe. */
final class KafkaConsequences implements ConsequenceStore, AutoCloseable {

    /** One try; whoever asked for it tries again. */
    private static final Duration DELIVERY = Duration.ofSeconds(30);

    private final DelayWriter delays;
    private final DeadLetterWriter deadLetters;
    private final Telling telling;

    private KafkaConsequences(DelayWriter delays, DeadLetterWriter deadLetters, Telling telling) {
        this.delays = delays;
        this.deadLetters = deadLetters;
        this.telling = telling;
    }

    /**
     * Opens the writers.
     *
     * @param triggers a trigger as it is now
     */
    static KafkaConsequences open(
            KafkaSettings kafka,
            Clock clock,
            Function<TriggerRef, Optional<TriggerDefinition>> triggers,
            MeterRegistry meters) {
        return new KafkaConsequences(
                new DelayWriter(kafka, clock),
                new DeadLetterWriter(kafka, DELIVERY),
                new Telling(kafka, triggers, meters));
    }

    /** Where events rest that are not due yet. */
    DelayWriter delays() {
        return delays;
    }

    /** Where events are kept that were given up. */
    DeadLetterWriter deadLetters() {
        return deadLetters;
    }

    @Override
    public void store(Delivery delivery, Consequence consequence, Stored stored) {
        switch (consequence) {
            case Consequence.NextAttempt next -> delays.rest(next.header(), next.event(), stored);
            case Consequence.Buried buried ->
                deadLetters.bury(buried.letter(), buried.header(), buried.event(), stored);
            case Consequence.Passed passed -> telling.pass(delivery, passed, stored);
            case Consequence.Exported exported -> telling.export(delivery, exported, stored);
        }
    }

    @Override
    public void close() {
        delays.close();
        deadLetters.close();
        telling.close();
    }
}
