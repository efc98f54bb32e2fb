/**
 * Taking over from a worker that died: what of its work has ended, and what may be begun here.
 */
@NullMarked
package dev.millrace.worker.takeover;

import org.jspecify.annotations.NullMarked;
