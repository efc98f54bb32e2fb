package dev.millrace.benchmarks.latency;

import dev.millrace.benchmarks.report.Report;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/** How much later than they were due many things began, to the millisecond. Thread-safe. */
final class Lateness {

    private static final long LONGEST = 600_000;

    private final ConcurrentHistogram millis = new ConcurrentHistogram(LONGEST, 3);
    private final AtomicLong early = new AtomicLong();

    /** One began so many milliseconds after it was due. */
    void began(long millisAfter) {
        if (millisAfter < 0) {
            early.incrementAndGet();
        }
        millis.recordValue(Math.clamp(millisAfter, 0, LONGEST));
    }

    /** How many began before they were due. */
    long early() {
        return early.get();
    }

    void addTo(Report report, String what) {
        report.add(what + " p50", "ms", (double) millis.getValueAtPercentile(50));
        report.add(what + " p99", "ms", (double) millis.getValueAtPercentile(99));
        report.add(what + " max", "ms", (double) millis.getMaxValue());
    }

    @Override
    public String toString() {
        return "late p50 %d ms, p99 %d ms, max %d ms of %d, %d early"
                .formatted(
                        millis.getValueAtPercentile(50),
                        millis.getValueAtPercentile(99),
                        millis.getMaxValue(),
                        millis.getTotalCount(),
                        early());
    }
}
