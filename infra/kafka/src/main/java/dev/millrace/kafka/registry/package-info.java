/**
 * The only configuration store: one compacted topic, read fully by every process and written under a fence, so that
 * "create if absent" holds over any number of dispatchers.
 */
@NullMarked
package dev.millrace.kafka.registry;

import org.jspecify.annotations.NullMarked;
