/**
 * Everything Millrace says to Kafka apart from the worker's consumer: settings of the clients, topics, the way in for
 * events, the way in and out for outcomes. What the clients may do to the platform's promises is decided here.
 */
@NullMarked
package dev.millrace.kafka;

import org.jspecify.annotations.NullMarked;
