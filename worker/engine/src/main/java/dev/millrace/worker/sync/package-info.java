/**
 * Synchronous calls on the worker: the partition it leases, the thread that reads it, and the replies.
 *
 * <pre>
 *  RequestPartitions ◄── PartitionLease ──► CallIntake ──► CallDesk (execute) ──► CallReplies ──► replies topic
 *                                               ▲                                    │
 *                                               └── outcome stored ── OutcomeReporter ◄┘
 * </pre>
 */
@NullMarked
package dev.millrace.worker.sync;

import org.jspecify.annotations.NullMarked;
