package dev.millrace.worker.sync;

/**
 * The time for which this worker reads one partition of the requests topic.
 *
 * @param partition its number
 * @param epoch counts the tenures of this process
 */
record Tenure(int partition, long epoch) {}
