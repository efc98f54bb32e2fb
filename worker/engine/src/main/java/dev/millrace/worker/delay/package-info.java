/**
 * What waits for its time: events rest in delay topics, the last part of their delay in memory, and go back to their
 * trigger's topic when they are due. One thread reads, one delivers.
 */
@NullMarked
package dev.millrace.worker.delay;

import org.jspecify.annotations.NullMarked;
