/**
 * From a delivery to its fate: permits, batches, the run itself in a handler or an instance, and what it left behind.
 * {@link dev.millrace.worker.execute.InvocationExecutor} tells the whole of it in a few lines; start there.
 */
@NullMarked
package dev.millrace.worker.execute;

import org.jspecify.annotations.NullMarked;
