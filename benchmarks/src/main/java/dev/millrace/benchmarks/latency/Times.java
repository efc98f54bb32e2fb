package dev.millrace.benchmarks.latency;

import dev.millrace.benchmarks.report.Report;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;

/** How long many things took. Thread-safe. */
final class Times {

    private static final long LONGEST = TimeUnit.MINUTES.toMicros(2);

    private final ConcurrentHistogram micros = new ConcurrentHistogram(LONGEST, 3);

    /** One thing that was due at this {@link System#nanoTime} is done now. */
    void doneNow(long due) {
        micros.recordValue(Math.clamp((System.nanoTime() - due) / 1000, 0, LONGEST));
    }

    long count() {
        return micros.getTotalCount();
    }

    /** In milliseconds; at least what can be told apart. */
    double p99() {
        return Math.max(1, micros.getValueAtPercentile(99)) / 1000.0;
    }

    void addTo(Report report, String what) {
        report.add(what + " p50", "ms", micros.getValueAtPercentile(50) / 1000.0);
        report.add(what + " p99", "ms", p99());
        report.add(what + " max", "ms", micros.getMaxValue() / 1000.0);
    }

    @Override
    public String toString() {
        return "p50 %.2f ms, p99 %.2f ms, max %.1f ms of %d"
                .formatted(
                        micros.getValueAtPercentile(50) / 1000.0,
                        micros.getValueAtPercentile(99) / 1000.0,
                        micros.getMaxValue() / 1000.0,
                        count());
    }
}
