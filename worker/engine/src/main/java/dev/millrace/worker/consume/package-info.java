/**
 * From the broker to the hand-over and back to the commit: which events a worker holds, whose turn it is, and what may
 * be committed. One thread owns the Kafka consumer and everything here that changes; {@link
 * dev.millrace.worker.consume.EventConsumer} is the way in for everybody else.
 */
@NullMarked
package dev.millrace.worker.consume;

import org.jspecify.annotations.NullMarked;
