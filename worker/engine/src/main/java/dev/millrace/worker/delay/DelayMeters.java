package dev.millrace.worker.delay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** The figures of delayed events on this worker. Thread-safe. */
final class DelayMeters {

    private final MeterRegistry registry;
    private final Timer lateness;
    private final Counter strays;

    DelayMeters(MeterRegistry registry) {
        this.registry = registry;
        this.lateness = Timer.builder("millrace.delay.lateness")
                .description("from when a delayed event was due until it was back in its queue")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        this.strays = Counter.builder("millrace.delay.strays")
                .description("records of delay topics that are no event of ours")
                .register(registry);
    }

    <T> void held(T reader, ToDoubleFunction<T> count) {
        Gauge.builder("millrace.delay.held", reader, count)
                .description("delayed events in the memory of this worker")
                .register(registry);
    }

    void delivered(long millisLate) {
        lateness.record(Math.max(0, millisLate), TimeUnit.MILLISECONDS);
    }

    void stray() {
        strays.increment();
    }
}
