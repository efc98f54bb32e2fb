package dev.millrace.worker.consume;

import java.time.Duration;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Waits for the runs that are likely to end soon before their lanes are let go. A run that has lasted as long as the wait
 * is a long one: it is not waited for, however short the wait has been so far. Owned by the consumer thread.
 */
final class ShortRuns {

    private final LongConsumer takeIn;
    private final long waitMillis;
    private final LongSupplier clock;

    /**
     * @param takeIn waits at most so many milliseconds for words of outcomes and takes them in
     * @param wait how long at most
     * @param clock milliseconds that only go forward
     */
    ShortRuns(LongConsumer takeIn, Duration wait, LongSupplier clock) {
        this.takeIn = takeIn;
        this.waitMillis = wait.toMillis();
        this.clock = clock;
    }

    void await(List<Assignment> going) {
        long now = clock.getAsLong();
        long end = now + waitMillis;
        while (now < end && anyRunsSince(going, now - waitMillis)) {
            takeIn.accept(end - now);
            now = clock.getAsLong();
        }
    }

    private static boolean anyRunsSince(List<Assignment> going, long time) {
        return going.stream().anyMatch(assignment -> assignment.lane().runsSince(time));
    }
}
