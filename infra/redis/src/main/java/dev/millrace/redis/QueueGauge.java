package dev.millrace.redis;

import org.jspecify.annotations.Nullable;

/**
 * What the owner of one partition of a trigger's topic knows beyond what the broker knows.
 *
 * @param completedAbove events completed out of order, above the committed offset
 * @param running events that run now
 * @param oldestAcceptedAt epoch milliseconds of the oldest event that is not completed, 0 when there is none
 * @param waitingFor why the next one does not start ({@code concurrency}, {@code worker}, …), {@code null} when nothing
 *     holds it up
 */
public record QueueGauge(
        long completedAbove,
        int running,
        long oldestAcceptedAt,
        @Nullable String waitingFor) {}
