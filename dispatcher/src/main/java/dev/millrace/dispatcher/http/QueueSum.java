package dev.millrace.dispatcher.http;

import dev.millrace.redis.QueueGauge;
import org.jspecify.annotations.Nullable;

/** Adds up the partitions of one queue. Pure; not thread-safe. */
final class QueueSum {

    private long depth;
    private int running;
    private long oldestAcceptedAt;
    private @Nullable String waitingFor;

    /**
     * A partition whose owner reports.
     *
     * @param uncommitted how many events lie between the owner's commit and the end
     */
    void reported(long uncommitted, QueueGauge gauge) {
        depth += Math.max(0, uncommitted - gauge.completedAbove());
        running += gauge.running();
        older(gauge.oldestAcceptedAt());
        if (waitingFor == null) {
            waitingFor = gauge.waitingFor();
        }
    }

    /**
     * A partition with waiting events that no worker owns.
     *
     * @param oldest epoch milliseconds at which the first of them was accepted; 0 when not known
     */
    void unowned(long uncommitted, long oldest) {
        depth += uncommitted;
        older(oldest);
        waitingFor = QueueState.WORKER;
    }

    /** The whole queue. */
    QueueState state(boolean paused) {
        if (depth == 0) {
            return new QueueState(0, running, 0, null, paused);
        }
        return new QueueState(depth, running, oldestAcceptedAt, paused ? QueueState.PAUSED : waitingFor, paused);
    }

    private void older(long acceptedAt) {
        if (acceptedAt > 0 && (oldestAcceptedAt == 0 || acceptedAt < oldestAcceptedAt)) {
            oldestAcceptedAt = acceptedAt;
        }
    }
}
