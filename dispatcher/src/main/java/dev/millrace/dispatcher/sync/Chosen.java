package dev.millrace.dispatcher.sync;

import dev.millrace.redis.CallWorker;

/**
 * The worker that is to run a call.
 *
 * @param partition where it is reached
 */
record Chosen(int partition, CallWorker worker) {}
