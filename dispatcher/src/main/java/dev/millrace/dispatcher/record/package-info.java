/**
 * The recorder: projects the outcome log to Redis, and again when Redis has lost it.
 * {@link dev.millrace.dispatcher.record.Recorder} is the thread, {@code StartingPoint} the rule where to begin.
 */
@NullMarked
package dev.millrace.dispatcher.record;

import org.jspecify.annotations.NullMarked;
