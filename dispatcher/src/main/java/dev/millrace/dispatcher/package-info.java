/**
 * The dispatcher: takes calls ({@link dev.millrace.dispatcher.http}), records outcomes in Redis
 * ({@link dev.millrace.dispatcher.record}), and tells callers what became of their events
 * ({@link dev.millrace.dispatcher.wait}). Stateless; any number of them share the work.
 */
@NullMarked
package dev.millrace.dispatcher;

import org.jspecify.annotations.NullMarked;
