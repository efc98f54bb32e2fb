package dev.millrace.dispatcher.record;

import dev.millrace.contract.OutcomePack;
import dev.millrace.contract.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What can be seen of the recorder from outside. Written by its thread. */
final class RecorderMeters {

    private final Map<Status, Counter> recorded = new EnumMap<>(Status.class);
    private final Counter rebuilds;
    private final Counter malformed;
    private final Timer batch;
    private final AtomicLong lag = new AtomicLong();

    RecorderMeters(MeterRegistry registry) {
        for (Status status : Status.values()) {
            if (status.isTerminal() || status == Status.RETRYING) {
                recorded.put(
                        status,
                        Counter.builder("millrace.recorder.recorded")
                                .description("outcomes written to Redis, again after a loss")
                                .tag("status", status.name().toLowerCase(Locale.ROOT))
                                .register(registry));
            }
        }
        rebuilds = Counter.builder("millrace.recorder.rebuilds")
                .description("times that lost results of a partition began to be replayed")
                .register(registry);
        malformed = Counter.builder("millrace.recorder.malformed")
                .description("unreadable records of the outcome log, skipped")
                .register(registry);
        batch = Timer.builder("millrace.recorder.batch")
                .description("from the first write of a batch to Redis's last answer")
                .register(registry);
        Gauge.builder("millrace.recorder.lag", lag, AtomicLong::get)
                .description("records of the outcome log that are not in Redis yet, of the partitions owned here")
                .register(registry);
    }

    void recorded(Iterable<OutcomePack.Entry> entries) {
        int[] counts = new int[Status.values().length];
        for (OutcomePack.Entry entry : entries) {
            counts[entry.status().code()]++;
        }
        recorded.forEach((status, counter) -> {
            if (counts[status.code()] > 0) {
                counter.increment(counts[status.code()]);
            }
        });
    }

    void rebuilds() {
        rebuilds.increment();
    }

    void malformed() {
        malformed.increment();
    }

    void batch(long nanos) {
        batch.record(nanos, TimeUnit.NANOSECONDS);
    }

    void lag(long records) {
        lag.set(records);
    }
}
