/**
 * The books: what was accepted is what has ended and what is still open, per trigger, recomputed from Kafka and compared
 * with Redis. {@link dev.millrace.dispatcher.audit.Audit} reads, {@link dev.millrace.dispatcher.audit.Ledger} reckons.
 */
@NullMarked
package dev.millrace.dispatcher.audit;

import org.jspecify.annotations.NullMarked;
