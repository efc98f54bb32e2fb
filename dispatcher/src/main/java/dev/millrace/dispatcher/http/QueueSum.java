package dev.millrace.dispatcher.http;

import dev.millrace.kafka.queue.QueueDepth;
import dev.millrace.redis.QueueGauge;
import org.jspecify.annotations.Nullable;

/** Adds up what is known of one queue. Pure; not thread-safe. */
final class QueueSum {

    private int running;
    private long oldestAcceptedAt;
    private @Nullable String waitingFor;
    private boolean unowned;

    /** A partition whose owner reports. */
    void reported(QueueGauge gauge) {
        running += gauge.running();
        older(gauge.oldestAcceptedAt());
        if (waitingFor == null) {
            waitingFor = gauge.waitingFor();
        }
    }

    /**
     * A partition with waiting events of which no worker reports.
     *
     * @param oldest epoch milliseconds at which the first of them was accepted; 0 when not known
     * @param owned whether some worker may own it all the same
     */
    void unreported(long oldest, boolean owned) {
        older(oldest);
        unowned |= !owned;
    }

    /** The whole queue. */
    QueueState state(QueueDepth depth, boolean paused) {
        older(depth.restingSince());
        return new QueueState(
                depth.queued(),
                depth.resting(),
                depth.done(),
                running,
                depth.total() == 0 ? 0 : oldestAcceptedAt,
                reason(depth, paused),
                paused);
    }

    private @Nullable String reason(QueueDepth depth, boolean paused) {
        if (depth.total() <= running) {
            return null;
        }
        if (paused) {
            return QueueState.PAUSED;
        }
        if (depth.queued() > running) {
            return unowned ? QueueState.WORKER : waitingFor;
        }
        return QueueState.RETRY_DELAY;
    }

    private void older(long acceptedAt) {
        if (acceptedAt > 0 && (oldestAcceptedAt == 0 || acceptedAt < oldestAcceptedAt)) {
            oldestAcceptedAt = acceptedAt;
        }
    }
}
