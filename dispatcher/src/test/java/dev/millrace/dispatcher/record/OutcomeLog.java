package dev.millrace.dispatcher.record;

import dev.millrace.contract.Outcome;
import dev.millrace.contract.OutcomeHeading;
import dev.millrace.contract.Topics;
import dev.millrace.dispatcher.wait.Samples;
import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.OutcomeWriter;
import dev.millrace.kafka.Stored;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.testkit.KafkaSpace;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An outcome log of a test's own, on the real Kafka. */
public final class OutcomeLog implements AutoCloseable {

    private final KafkaSettings settings;
    private final OutcomeWriter writer;
    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();

    /** Creates the topics. */
    public OutcomeLog(KafkaSpace space, String name) {
        settings = KafkaSettings.of(space.bootstrapServers()).with(new Topics(space.prefix() + name + "."));
        try (TopicAdmin admin = TopicAdmin.connect(settings, Duration.ofSeconds(30))) {
            admin.createFixedTopics();
        }
        writer = new OutcomeWriter(settings);
    }

    /** To read it with. */
    public KafkaSettings settings() {
        return settings;
    }

    /** Appends one record with these outcomes of the usual lane; returns when Kafka has it. */
    public void append(Outcome... outcomes) {
        append(Samples.HEADING, outcomes);
    }

    /** Appends one record with these outcomes of a lane; returns when Kafka has it. */
    public void append(OutcomeHeading heading, Outcome... outcomes) {
        send(heading, Samples.pack(heading, outcomes));
        flush();
    }

    /** Appends without waiting. */
    public void send(OutcomeHeading heading, byte[] pack) {
        writer.append(heading, pack, new Stored() {
            @Override
            public void stored(long offset) {}

            @Override
            public void failed(Exception why) {
                failures.add(why);
            }
        });
    }

    /** Returns when Kafka has everything. */
    public void flush() {
        writer.flush();
        if (!failures.isEmpty()) {
            throw new AssertionError("Kafka does not store outcomes", failures.peek());
        }
    }

    @Override
    public void close() {
        writer.close();
    }
}
