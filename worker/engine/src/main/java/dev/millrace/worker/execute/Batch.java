package dev.millrace.worker.execute;

import dev.millrace.worker.consume.Delivery;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Deliveries of one function that are run one after another, by one turn or, past a slow one, by several. Thread-safe. */
final class Batch {

    private final HostedFunction function;
    private final List<Delivery> deliveries;
    private final AtomicInteger next = new AtomicInteger();

    Batch(HostedFunction function, List<Delivery> deliveries) {
        this.function = function;
        this.deliveries = deliveries;
    }

    HostedFunction function() {
        return function;
    }

    /** Whether it is a synchronous call, which comes alone. */
    boolean isCall() {
        return deliveries.getFirst().isCall();
    }

    /** The next delivery, which nobody else gets, or {@code null} when all are taken. */
    @Nullable
    Delivery take() {
        int index = next.getAndIncrement();
        return index < deliveries.size() ? deliveries.get(index) : null;
    }

    /** Whether deliveries wait behind those that were taken. */
    boolean hasMore() {
        return next.get() < deliveries.size();
    }
}
