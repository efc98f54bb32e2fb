package dev.millrace.benchmarks.sync;

import dev.millrace.benchmarks.stage.Events;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;

/** So many callers, each with one call under way at any time. */
final class CallLoad {

    private static final long LONGEST = TimeUnit.MINUTES.toMicros(2);

    private final int callers;
    private final int bytes;

    CallLoad(int callers, int bytes) {
        this.callers = callers;
        this.bytes = bytes;
    }

    /**
     * What came of it.
     *
     * @param perSecond calls
     * @param p50 milliseconds
     * @param p99 milliseconds
     */
    record Figures(double perSecond, double p50, double p99) {
        @Override
        public String toString() {
            return "%.0f/s, p50 %.2f ms, p99 %.2f ms".formatted(perSecond, p50, p99);
        }

        /** For another process. */
        String words() {
            return perSecond + " " + p50 + " " + p99;
        }

        /** What {@link #words} said. */
        static Figures ofWords(String line) {
            String[] words = line.split(" ", -1);
            return new Figures(
                    Double.parseDouble(words[0]), Double.parseDouble(words[1]), Double.parseDouble(words[2]));
        }
    }

    /** Calls for so long. */
    Figures run(LocalWay way, Duration time) throws InterruptedException {
        ConcurrentHistogram micros = new ConcurrentHistogram(LONGEST, 3);
        ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
        CountDownLatch done = new CountDownLatch(callers);
        long began = System.nanoTime();
        long end = began + time.toNanos();
        for (int i = 0; i < callers; i++) {
            byte[] event = Events.json(i, bytes, new SplittableRandom(i));
            Thread.startVirtualThread(() -> {
                try {
                    for (long now = System.nanoTime(); now < end && failures.isEmpty(); ) {
                        way.call(event);
                        long after = System.nanoTime();
                        micros.recordValue(Math.clamp((after - now) / 1000, 0, LONGEST));
                        now = after;
                    }
                } catch (Exception e) {
                    failures.add(e);
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
        if (!failures.isEmpty()) {
            throw new IllegalStateException(way.title() + ": a call failed", failures.peek());
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Figures(
                micros.getTotalCount() / seconds,
                micros.getValueAtPercentile(50) / 1000.0,
                micros.getValueAtPercentile(99) / 1000.0);
    }
}
