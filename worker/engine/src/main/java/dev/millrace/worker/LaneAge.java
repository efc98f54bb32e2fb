package dev.millrace.worker;

import dev.millrace.worker.consume.EventConsumer;
import dev.millrace.worker.consume.LaneSnapshot;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;

/** The metric of how long events wait in the lanes of this worker. */
final class LaneAge {

    private LaneAge() {}

    static void register(EventConsumer lanes, InstantSource clock, MeterRegistry meters) {
        Gauge.builder("millrace.queue.oldest.age", lanes, of -> seconds(of, clock))
                .description("age of the oldest event that waits in a lane of this worker")
                .baseUnit("seconds")
                .register(meters);
    }

    private static double seconds(EventConsumer lanes, InstantSource clock) {
        long oldest = lanes.snapshot().stream()
                .mapToLong(LaneSnapshot::oldestAcceptedAt)
                .filter(acceptedAt -> acceptedAt > 0)
                .min()
                .orElse(0);
        return oldest == 0 ? 0 : Math.max(0, clock.millis() - oldest) / 1000.0;
    }
}
