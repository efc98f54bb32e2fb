/**
 * How a caller learns that an invocation has ended: {@link dev.millrace.dispatcher.wait.OutcomeTail} waits by reading the
 * one partition of the outcome log that the invocation's outcome will come by, and
 * {@link dev.millrace.dispatcher.wait.InvocationState} says where an invocation stands from what Redis and Kafka know.
 */
@NullMarked
package dev.millrace.dispatcher.wait;

import org.jspecify.annotations.NullMarked;
