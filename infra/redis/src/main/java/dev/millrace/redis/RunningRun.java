package dev.millrace.redis;

import dev.millrace.contract.EventAddress;

/**
 * An attempt that has been running for a while.
 *
 * @param address the invocation
 * @param attempt counted from 1
 * @param startedAt epoch milliseconds
 * @param worker who runs it
 */
public record RunningRun(EventAddress address, int attempt, long startedAt, String worker) {
    public RunningRun {
        if (attempt < 1 || startedAt < 0) {
            throw new IllegalArgumentException("attempt " + attempt + " of " + address + " started at " + startedAt);
        }
    }
}
