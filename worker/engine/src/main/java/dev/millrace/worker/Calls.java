package dev.millrace.worker;

import dev.millrace.kafka.KafkaSettings;
import dev.millrace.kafka.ReplyWriter;
import dev.millrace.kafka.RequestReader;
import dev.millrace.kafka.TopicAdmin;
import dev.millrace.kafka.registry.Registry;
import dev.millrace.program.Parts;
import dev.millrace.redis.CallWorker;
import dev.millrace.redis.Redis;
import dev.millrace.redis.RequestPartitions;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.execute.LocalExecution;
import dev.millrace.worker.sync.CallIntake;
import dev.millrace.worker.sync.CallReplies;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A worker's part in synchronous calls: what reads them, and what answers them. Thread-safe. */
final class Calls implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KafkaSettings kafka;
    private final MeterRegistry meters;
    private final Parts opened = new Parts();
    private final CallReplies replies;
    private volatile @Nullable CallIntake intake;

    /** Who it works for. */
    record Host(
            String worker,
            String member,
            Set<String> runtimes,
            Set<String> handlers,
            Registry registry,
            Redis redis,
            LocalExecution execution) {

        private CallWorker standing(long lease, boolean open) {
            return new CallWorker(
                    worker,
                    lease,
                    open,
                    execution.freeSlots(),
                    execution.running(),
                    runtimes,
                    handlers,
                    execution.calls().warm(),
                    execution.calls().full());
        }
    }

    /** Answers can be sent from now on. */
    Calls(KafkaSettings kafka, MeterRegistry meters) {
        this.kafka = kafka;
        this.meters = meters;
        ReplyWriter writer = opened.add("replies", new ReplyWriter(kafka));
        writer.prepare();
        this.replies = new CallReplies(writer, meters);
    }

    CallReplies replies() {
        return replies;
    }

    /**
     * Begins to take calls.
     *
     * @param stops how often this process has stood still for so long that others may have taken it for dead
     */
    void start(Host host, LongSupplier stops) {
        CallIntake.Partners partners = new CallIntake.Partners(
                kafka.topics(),
                new RequestReader(kafka, "calls-" + host.worker()),
                this::grow,
                host.registry(),
                host.execution().calls(),
                replies,
                stops);
        CallIntake begun = opened.add(
                "calls",
                new CallIntake(host.member(), partners, new RequestPartitions(host.redis()), host::standing, meters));
        intake = begun;
        begun.start();
    }

    /** The outcomes of these calls are stored. */
    void ended(List<Delivery> calls) {
        CallIntake present = intake;
        if (present != null) {
            present.ended(calls);
        }
    }

    /** Says that no more calls shall come, and waits for those that came. */
    void leave(Duration limit) {
        CallIntake present = intake;
        if (present != null) {
            try {
                present.leave(limit);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // In a hurry: what has not ended is ended as lost.
            }
        }
    }

    @Override
    public void close() {
        opened.close();
    }

    private void grow(int partitions) {
        try (TopicAdmin topics = TopicAdmin.connect(kafka, PATIENCE)) {
            topics.growRequests(partitions);
        }
    }
}
