/**
 * Invocations that were given up: known from their topic, found by what they have in common, and let go when they were
 * replayed or dropped.
 */
@NullMarked
package dev.millrace.dispatcher.dead;

import org.jspecify.annotations.NullMarked;
