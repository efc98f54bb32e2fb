/**
 * The words that two programs put on the wire or in the store: addresses and request IDs, event headers, outcomes,
 * definitions of functions and triggers, topic names. A type enters when two programs share it; convenience is no
 * reason. Everything here is immutable, thread-safe and free of I/O.
 */
@NullMarked
package dev.millrace.contract;

import org.jspecify.annotations.NullMarked;
