/**
 * What follows from the way an attempt ended. Pure and the only place that decides it: no clock, no I/O, no threads.
 */
@NullMarked
package dev.millrace.worker.fate;

import org.jspecify.annotations.NullMarked;
