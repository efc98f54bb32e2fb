package dev.millrace.worker.consume;

import java.time.Duration;

/**
 * How much a worker carries and how often it commits.
 *
 * @param maxInFlight deliveries handed over and not done, over all lanes
 * @param pauseAt buffered deliveries of a lane at which fetching it is paused
 * @param resumeAt buffered deliveries at which it is resumed
 * @param maxBytes bytes of events held over all lanes, in flight or not, beyond which the heavy lanes are paused
 * @param commitInterval how long what is done may wait for its commit
 * @param maxMetadata bytes of commit metadata the broker takes ({@code offset.metadata.max.bytes})
 * @param revokeWait how long a lane that is handed over waits for its short runs
 */
public record ConsumeLimits(
        int maxInFlight,
        int pauseAt,
        int resumeAt,
        long maxBytes,
        Duration commitInterval,
        int maxMetadata,
        Duration revokeWait) {

    /** No worker hands over more at once. */
    static final int MOST_IN_FLIGHT = 20_000;

    public ConsumeLimits {
        if (maxInFlight < 1
                || maxInFlight > MOST_IN_FLIGHT
                || resumeAt < 0
                || pauseAt <= resumeAt
                || maxBytes < 1
                || maxMetadata < 0) {
            throw new IllegalArgumentException("limits must be positive and resumeAt below pauseAt: in flight "
                    + maxInFlight + ", pause at " + pauseAt + ", resume at " + resumeAt + ", bytes " + maxBytes
                    + ", metadata " + maxMetadata);
        }
        if (!commitInterval.isPositive() || revokeWait.isNegative()) {
            throw new IllegalArgumentException("commit interval " + commitInterval + " must be positive, revoke wait "
                    + revokeWait + " not negative");
        }
    }

    /** 20,000 in flight, 2,000/500 buffered per lane, 256 MB, a commit every 150 ms. */
    public static ConsumeLimits defaults() {
        return new ConsumeLimits(20_000, 2_000, 500, 256L << 20, Duration.ofMillis(150), 4096, Duration.ofMillis(500));
    }
}
