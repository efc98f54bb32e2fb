package dev.millrace.worker.execute;

import dev.millrace.contract.EventAddress;

/**
 * An attempt that has been running for a while.
 *
 * @param address the invocation
 * @param attempt counted from 1
 * @param startedAt epoch milliseconds
 */
public record LongRun(EventAddress address, int attempt, long startedAt) {}
