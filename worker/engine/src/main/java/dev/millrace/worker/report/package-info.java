/**
 * From the end of a run to the broker's word that its outcome is stored. An invocation's offset stays open until then.
 */
@NullMarked
package dev.millrace.worker.report;

import org.jspecify.annotations.NullMarked;
