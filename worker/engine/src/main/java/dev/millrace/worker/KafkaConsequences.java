package dev.millrace.worker;

import dev.millrace.kafka.DeadLetterWriter;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.Stored;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.report.Consequence;
import dev.millrace.worker.report.ConsequenceStore;
import java.time.Duration;

/** Stores what follows from outcomes in Kafka, each kind in its topic. Thread-safe. */
final class KafkaConsequences implements ConsequenceStore, AutoCloseable {

    /** One try; whoever asked for it tries again. */
    private static final Duration DELIVERY = Duration.ofSeconds(30);

    private final DeadLetterWriter deadLetters;

    private KafkaConsequences(DeadLetterWriter deadLetters) {
        this.deadLetters = deadLetters;
    }

    static KafkaConsequences open(KafkaSettings kafka) {
        return new KafkaConsequences(new DeadLetterWriter(kafka, DELIVERY));
    }

    @Override
    public void store(Delivery delivery, Consequence consequence, Stored stored) {
        switch (consequence) {
            case Consequence.NextAttempt next ->
                stored.failed(new IllegalStateException("there is no topic for " + next));
            case Consequence.Buried buried ->
                deadLetters.bury(buried.letter(), buried.header(), buried.event(), stored);
        }
    }

    @Override
    public void close() {
        deadLetters.close();
    }
}
