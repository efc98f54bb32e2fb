/**
 * Synchronous calls: who runs one, how it is sent there, and how its reply finds the caller.
 *
 * <pre>
 *  caller ──► Calls ── WorkerChoice ◄── CallFleet ◄── Redis (who lives, who is free)
 *               │  └── CallWriter ──► the worker's partition of the requests topic
 *               ▼
 *          PendingCalls ◄── ReplyListener ◄── this dispatcher's partition of the replies topic
 * </pre>
 */
@NullMarked
package dev.millrace.dispatcher.sync;

import org.jspecify.annotations.NullMarked;
