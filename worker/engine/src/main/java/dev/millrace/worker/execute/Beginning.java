package dev.millrace.worker.execute;

import dev.millrace.worker.consume.Continuity;
import dev.millrace.worker.consume.Delivery;
import dev.millrace.worker.consume.LostLanes;
import dev.millrace.worker.report.OutcomeReporter;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The last question before an attempt begins: is this worker still who may run it? For a fresh event on a worker that was
 * never stopped it costs a look at the clock. Thread-safe.
 */
final class Beginning {

    private final StartGate gate;
    private final Continuity continuity;
    private final LostLanes lost;
    private final OutcomeReporter reporter;
    private final BiConsumer<HostedFunction, Delivery> later;

    /** @param later takes a delivery to be begun again after a while, without a permit meanwhile */
    Beginning(
            StartGate gate,
            Continuity continuity,
            LostLanes lost,
            OutcomeReporter reporter,
            BiConsumer<HostedFunction, Delivery> later) {
        this.gate = gate;
        this.continuity = continuity;
        this.lost = lost;
        this.reporter = reporter;
        this.later = later;
    }

    /** The delivery as it is to be begun, or {@code null} when it is not. */
    @Nullable
    Delivery of(Delivery delivery, HostedFunction function) {
        if (delivery.isCall()) {
            return delivery; // It is begun at once or not at all, see stands.
        }
        if (!continuity.isUnbroken()) {
            later.accept(function, delivery);
            return null;
        }
        if (lost.contains(delivery.lane())) {
            return null; // Its new owner has it.
        }
        return delivery.mayHaveBegun() && delivery.unreadable() == null ? askedFor(delivery, function) : delivery;
    }

    /** The answer took its time: whoever lost the lane meanwhile has not heard of this one. */
    private @Nullable Delivery begin(Delivery delivery) {
        if (lost.contains(delivery.lane())) {
            gate.abandoned(delivery);
            return null;
        }
        return delivery;
    }

    /** Whether it may still be begun, after all that it had to wait for. */
    boolean stands(Delivery delivery) {
        return continuity.isUnbroken() && !lost.contains(delivery.lane());
    }

    /** It was not begun after all: asked for again after a while, unless another worker has it. */
    void withdrawn(Delivery delivery, HostedFunction function) {
        if (delivery.mayHaveBegun()) {
            gate.abandoned(delivery);
        }
        if (!lost.contains(delivery.lane())) {
            later.accept(function, delivery);
        }
    }

    private @Nullable Delivery askedFor(Delivery delivery, HostedFunction function) {
        return switch (gate.ask(delivery)) {
            case StartGate.Answer.Begin begin -> begin(delivery.crashed(begin.crashes()));
            case StartGate.Answer.Skip skip -> {
                reporter.endedBefore(delivery, List.of());
                yield null;
            }
            case StartGate.Answer.Wait wait -> {
                later.accept(function, delivery);
                yield null;
            }
        };
    }
}
