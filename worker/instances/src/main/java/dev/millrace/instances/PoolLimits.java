package dev.millrace.instances;

import java.time.Duration;

/**
 * How many instances a pool may hold and how long it keeps idle ones.
 *
 * @param maxInstances the most instances at one time; who needs another one waits
 * @param idleAfter an instance that has run nothing for so long is reclaimed
 */
public record PoolLimits(int maxInstances, Duration idleAfter) {
    public PoolLimits {
        if (maxInstances < 1) {
            throw new IllegalArgumentException("maxInstances must be at least 1, was " + maxInstances);
        }
        if (idleAfter.isNegative()) {
            throw new IllegalArgumentException("idleAfter must not be negative, was " + idleAfter);
        }
    }
}
