/**
 * How an event with an idempotency key is stored once, however often and wherever it is handed in:
 * {@link dev.millrace.dispatcher.accept.KeyedPublisher}.
 */
@NullMarked
package dev.millrace.dispatcher.accept;

import org.jspecify.annotations.NullMarked;
